/**
 * What is mirrored: points, with their names, values, qualities and times (DHTP section 4).
 *
 * <pre>{@code
 * PointName name = PointName.parse("plant:tank.level");
 * Point point = new Point(name, PointValue.of(43.25), Quality.GOOD, Timestamp.of(Instant.now()));
 * }</pre>
 *
 * <p>{@link io.mirror.core.point.Point} and its parts are immutable. {@link io.mirror.core.point.PointState} is their
 * reusable counterpart for paths that must not allocate.
 */
package io.mirror.core.point;
