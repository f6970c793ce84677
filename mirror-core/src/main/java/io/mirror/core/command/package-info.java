/**
 * The messages of a mirror link as typed values: what a session receives and sends, before and after a codec turns them
 * into bytes (DHTP sections 3 and 5).
 *
 * <pre>{@code
 * Command registration = new Command.ReportDomain("plant", ReportFlags.ALL | ReportFlags.FUTURE | ReportFlags.QUALIFY);
 * }</pre>
 *
 * <p>Every command is an immutable record. Point messages, the hot path, travel in the reusable
 * {@link io.mirror.core.command.PointMessage} instead.
 */
package io.mirror.core.command;
