/**
 * Who may do what: users, address ranges, protocols and domains.
 *
 * <pre>{@code
 * AccessPolicy policy = AccessPolicy.builder()
 *         .user("ops", Secret.of(password))
 *         .rule(new AccessRule(
 *                 UserPattern.of("ops"),
 *                 AddressRange.parse("10.0.0.0/8"),
 *                 AccessProtocol.ALL,
 *                 DomainPattern.of("plant"),
 *                 Rights.of(Right.READ, Right.WRITE)))
 *         .build();
 * }</pre>
 */
package io.mirror.transport.access;
