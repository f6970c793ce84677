/** Options for connections that run inside a WebSocket (RFC 6455). */
package io.mirror.transport.websocket;
