package io.mirror.examples.demo;

import io.mirror.codec.dhtp.ConfigurationFile;
import io.mirror.codec.dhtp.Expression;
import io.mirror.codec.dhtp.ExpressionWriter;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointType;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * What the two processes say to each other on standard input and output: one expression a line. The comparison at the end
 * goes this way too, so that it does not depend on the link that it judges.
 */
final class ControlLines {
    static final String SETUP = "setup";
    static final String READY = "ready";
    static final String FAILED = "failed";
    static final String REPORT = "report";
    static final String MEASURE = "measure";
    static final String SNAPSHOT = "snapshot";
    static final String STOP = "stop";
    private static final String POINT = "point";

    private ControlLines() {}

    static String write(String command, Object... arguments) {
        String[] texts = new String[arguments.length + 1];
        texts[0] = command;
        for (int i = 0; i < arguments.length; i++) {
            texts[i + 1] = String.valueOf(arguments[i]);
        }
        return ExpressionWriter.toText(Expression.of(texts));
    }

    static Expression read(String line) {
        List<ConfigurationFile.Entry> entries = ConfigurationFile.read(line);
        if (entries.size() != 1) {
            throw new DemoException("the other process said something unexpected");
        }
        return entries.get(0).expression();
    }

    static String text(Expression expression, int index) {
        return expression.text(index).orElseThrow();
    }

    static long number(Expression expression, int index) {
        return Long.parseLong(text(expression, index));
    }

    static String write(Point point) {
        return write(
                POINT,
                point.name(),
                point.value().type().code(),
                point.value(),
                point.quality().code(),
                point.time().seconds(),
                point.time().nanoseconds(),
                point.confidence(),
                point.security(),
                point.locked() ? 1 : 0,
                point.flags());
    }

    static Point readPoint(String line) {
        Expression point = read(line);
        return new Point(
                PointName.parse(text(point, 1)),
                value(PointType.ofCode((int) number(point, 2)), text(point, 3)),
                Quality.of((int) number(point, 4)),
                new Timestamp(number(point, 5), (int) number(point, 6)),
                (int) number(point, 7),
                (int) number(point, 8),
                number(point, 9) == 1,
                (int) number(point, 10));
    }

    private static PointValue value(PointType type, String text) {
        return switch (type) {
            case STRING -> PointValue.of(text);
            case REAL -> PointValue.of(Double.parseDouble(text));
            case INTEGER -> PointValue.of(Long.parseLong(text));
            case VOID -> PointValue.none();
        };
    }

    static String write(MasterReport report) {
        List<Object> items = new ArrayList<>(List.of(
                report.links(),
                report.points(),
                report.good(),
                report.gone(),
                report.notConnected(),
                report.received(),
                report.problems(),
                report.recentLag().count(),
                report.recentLag().median(),
                report.recentLag().p99(),
                report.recentLag().max(),
                report.wholeLag().count(),
                report.wholeLag().median(),
                report.wholeLag().p99(),
                report.wholeLag().max()));
        for (MasterReport.Row row : report.rows()) {
            items.addAll(List.of(row.name(), row.value(), row.quality()));
        }
        return write(REPORT, items.toArray());
    }

    static MasterReport readReport(Expression report) {
        List<MasterReport.Row> rows = new ArrayList<>();
        for (int i = 16; i + 2 < report.size(); i += 3) {
            rows.add(new MasterReport.Row(text(report, i), text(report, i + 1), text(report, i + 2)));
        }
        return new MasterReport(
                (int) number(report, 1),
                (int) number(report, 2),
                (int) number(report, 3),
                (int) number(report, 4),
                (int) number(report, 5),
                number(report, 6),
                number(report, 7),
                lag(report, 8),
                lag(report, 12),
                rows);
    }

    private static LagHistogram.Summary lag(Expression report, int index) {
        return new LagHistogram.Summary(
                number(report, index), number(report, index + 1), number(report, index + 2), number(report, index + 3));
    }
}
