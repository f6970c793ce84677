package io.mirror.benchmarks.point;

/** A point as an application would hand it to a general serializer. */
public final class PlainPoint {
    public String name = "";
    public double value;
    public int quality;
    public long seconds;
    public int nanoseconds;

    /**
     * Makes the points of a suite.
     *
     * @param names their names
     * @param numbers their values
     * @return the points
     */
    static PlainPoint[] all(String[] names, double[] numbers) {
        PlainPoint[] points = new PlainPoint[names.length];
        for (int i = 0; i < points.length; i++) {
            PlainPoint point = new PlainPoint();
            point.name = names[i];
            point.value = numbers[i];
            point.quality = PointSuite.QUALITY;
            point.seconds = PointSuite.SECONDS;
            point.nanoseconds = PointSuite.nanoseconds(i);
            points[i] = point;
        }
        return points;
    }
}
