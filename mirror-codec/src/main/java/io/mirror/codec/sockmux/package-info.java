/**
 * SockMux on the wire: frames, text payloads, options and the legacy obfuscation (SockMux sections 2 to 7 and 10).
 *
 * <pre>{@code
 * ByteBuf frame = Unpooled.buffer();
 * new MuxEncoder().writeText(frame, FrameType.SENT, 3, 3, "14");
 * new MuxDecoder(false).decode(frame, (header, payload) ->
 *         System.out.println(header + " " + MuxText.count(payload))); // SENT(said=3, raid=3, length=3) 14
 * }</pre>
 */
package io.mirror.codec.sockmux;
