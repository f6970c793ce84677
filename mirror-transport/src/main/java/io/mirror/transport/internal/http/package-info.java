/** The little of HTTP/1.1 that is needed to cross proxies and to become a WebSocket: heads, never bodies. Not for hosts. */
package io.mirror.transport.internal.http;
