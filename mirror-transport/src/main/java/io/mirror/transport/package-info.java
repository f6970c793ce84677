/**
 * TLS for every kind of endpoint: certificates and keys, trust, the checks of a peer, and the handlers that connections
 * use. Masters and slaves are in {@link io.mirror.transport.dhtp}, users and rights in {@link io.mirror.transport.access}.
 *
 * <pre>{@code
 * TlsOptions listener = TlsOptions.builder()
 *         .identity(TlsIdentity.fromPem(Path.of("hub.crt"), Path.of("hub.key")))
 *         .build();
 * MirrorMaster master = MirrorMaster.builder(PointHub.create())
 *         .bind("0.0.0.0", MirrorMaster.DEFAULT_TLS_PORT)
 *         .tls(listener)
 *         .start();
 * }</pre>
 */
package io.mirror.transport;
