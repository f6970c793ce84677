/**
 * Tunnels: many forwarded connections over one connection, in both directions (SockMux).
 *
 * <pre>{@code
 * Tunnel plant = Tunnel.builder()
 *         .listen("0.0.0.0", 9000)
 *         .tls(listenerTls)
 *         .forward(Destination.tcp("127.0.0.1", 5432))
 *         .start();
 * Tunnel office = Tunnel.builder()
 *         .connect("plant.example", 9000)
 *         .tls(connectorTls)
 *         .entry(Entry.tcp(15432)) // a client here talks to port 5432 of the plant
 *         .start();
 * }</pre>
 */
package io.mirror.sockmux;
