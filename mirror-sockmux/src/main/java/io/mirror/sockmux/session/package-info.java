/**
 * One end of a tunnel as a state machine: handshake, channels, windows, close patterns, keep-alive, authentication and
 * refusals (SockMux sections 4 to 12 and 15 to 19). No input or output, no clock, no thread.
 *
 * <pre>{@code
 * MuxSession session = new MuxSession(MuxOptions.defaults(), "20261121-021332.812887 host", PLAIN, random, output, listener);
 * session.start(now);
 * session.receive(octetsFromTheCarrier, now);
 * session.pump(now); // then send output.buffer()
 * }</pre>
 */
package io.mirror.sockmux.session;
