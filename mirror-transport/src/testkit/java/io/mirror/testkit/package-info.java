/**
 * Hubs and links in virtual time, for tests: a deterministic simulation that runs the real sessions and the real codec
 * over byte channels that delay, tear, lose and stall.
 *
 * <p>Everything happens on the calling thread and follows from one seed, so that a failure can be repeated exactly.
 *
 * <pre>{@code
 * Seeds.forEach(20, seed -> {
 *     try (Simulation simulation = new Simulation(seed)) {
 *         SimulatedHub plant = simulation.hub("plant");
 *         SimulatedHub office = simulation.hub("office");
 *         LinkConfig config = LinkConfig.to(ServerAddress.of("plant", 4502))
 *                 .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME)
 *                 .domain("default")
 *                 .build();
 *         SimulatedLink link = simulation.link(office, plant, config).start();
 *         Workload workload = Workload.on(plant, "default").points(50).every(Duration.ofMillis(200)).start();
 *         simulation.run(Duration.ofMinutes(30));
 *         link.cut();
 *         simulation.run(Duration.ofMinutes(30));
 *         workload.stop();
 *         simulation.settle();
 *         Differences.between(office, "default", plant, "default").throwIfAny();
 *     }
 * });
 * }</pre>
 *
 * <p>For real sockets there is {@link io.mirror.testkit.FaultProxy}, which stands between two programs and does to their
 * connections what networks do.
 */
@NullMarked
package io.mirror.testkit;

import org.jspecify.annotations.NullMarked;
