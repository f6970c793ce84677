/**
 * WebSocket as a carrier of byte streams, both roles (RFC 6455): the upgrade, the rules for frames, and frames to bytes and
 * back. {@link io.mirror.transport.internal.websocket.WebSocketCarrier} puts the pieces together. Not for hosts.
 */
package io.mirror.transport.internal.websocket;
