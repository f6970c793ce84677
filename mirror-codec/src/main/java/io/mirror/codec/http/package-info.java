/**
 * Login values of HTTP: Digest (RFC 7616, RFC 2617, RFC 2069) and Basic (RFC 7617). Values, their text form and their
 * computation; no connection, no clock, no source of randomness.
 */
package io.mirror.codec.http;
