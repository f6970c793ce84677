/**
 * What is forwarded: entries, destinations, the rules between them, and DeleGate's parameters for all of it (SockMux
 * section 13).
 *
 * <pre>{@code
 * List<Rule> rules = List.of(
 *         new Rule(Destination.tcp("db.plant", 5432), Match.acceptedAt(15432)),
 *         Rule.to(Destination.tcp("127.0.0.1", 80)));
 * }</pre>
 */
package io.mirror.sockmux.forward;
