/**
 * DHTP on the wire: text expressions, commands, point messages, binary frames and configuration lines
 * (DHTP sections 2, 3, 5, 6, 7 and 12).
 *
 * <p>{@link io.mirror.codec.dhtp.DhtpDecoder} and {@link io.mirror.codec.dhtp.DhtpEncoder} serve a connection;
 * {@link io.mirror.codec.dhtp.MessageReader} serves tools that look at recorded streams;
 * {@link io.mirror.codec.dhtp.ConfigurationFile} and {@link io.mirror.codec.dhtp.LinkLines} read configuration.
 *
 * <pre>{@code
 * ByteBuf recorded = Unpooled.wrappedBuffer("(report \"plant:tank.level\")\n".getBytes(UTF_8));
 * new MessageReader(DhtpLimits.DEFAULT).end(recorded, new MessageReader.Listener() {
 *     public void onText(long offset, Expression expression) {
 *         System.out.println(offset + " " + ExpressionWriter.toText(expression)); // 0 (report plant:tank.level)
 *     }
 *     public void onFrame(long offset, BinaryFrame frame) {}
 *     public void onMalformed(DecodeReason reason, long offset, String excerpt) {}
 * });
 * }</pre>
 */
package io.mirror.codec.dhtp;
