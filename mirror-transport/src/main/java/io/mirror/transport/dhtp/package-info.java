/**
 * Mirror links and API clients over TCP and TLS (DHTP).
 *
 * <pre>{@code
 * PointHub hub = PointHub.create();
 * LinkConfig config = LinkConfig.to(ServerAddress.of("gateway", 4502))
 *         .domain("plant")
 *         .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE)
 *         .build();
 * try (MirrorSlave link = MirrorSlave.builder(hub, config).start()) {
 *     link.mirroring().toCompletableFuture().join();
 *     System.out.println(hub.read("plant:tank.level"));
 * }
 * }</pre>
 *
 * <p>Nothing here needs a Netty type, unless a host wants to bring its own event loops.
 */
package io.mirror.transport.dhtp;
