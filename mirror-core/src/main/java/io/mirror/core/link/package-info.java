/**
 * The rules of a mirror link: its configuration, and the session that runs on a connection, without any input or output
 * (DHTP sections 8 to 12).
 *
 * <pre>{@code
 * LinkConfig config = LinkConfig.to(ServerAddress.of("gateway", 4502))
 *         .domain("plant")
 *         .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE)
 *         .build();
 * }</pre>
 */
package io.mirror.core.link;
