/** Endpoints, TLS options and reconnection. */
package io.mirror.transport;
