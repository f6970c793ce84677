package io.mirror.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws a bar for each number, on a logarithmic axis: the slowest peer would press everything else flat. */
final class Bars {
    private Bars() {}

    /**
     * Draws a chart.
     *
     * @param target the file, without its ending
     */
    static void draw(String title, String axis, List<String> labels, List<Double> numbers, Path target)
            throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(1000)
                .height(560)
                .title(title)
                .yAxisTitle(axis)
                .theme(Styler.ChartTheme.GGPlot2)
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(Collections.min(numbers) / 2);
        chart.getStyler().setXAxisLabelRotation(90);
        chart.getStyler().setXAxisMaxLabelCount(numbers.size());
        chart.getStyler().setDecimalPattern("#,##0.#");
        chart.getStyler().setLabelsVisible(true);
        chart.getStyler().setLegendVisible(false);
        chart.addSeries(axis, labels, numbers);
        Files.createDirectories(target.getParent());
        BitmapEncoder.saveBitmap(chart, target.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
}
