package io.mirror.replica.zabbix.bridge;

import io.mirror.core.point.PointValue;
import io.mirror.core.point.PointValue.RealValue;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Values of points as the texts that items take, and back. */
final class ItemTexts {
    static final int MAX_CHARACTER = 255;
    static final int MAX_TEXT = 65_535;

    private ItemTexts() {}

    /** Returns the text of a value for a type of item; whether it fits is up to {@link ValueType#objection}. */
    static String of(PointValue value, ValueType type) {
        String text = value.toString();
        if (type == ValueType.UNSIGNED && value instanceof RealValue real && Double.isFinite(real.number())) {
            text = new BigDecimal(real.number())
                    .setScale(0, RoundingMode.DOWN)
                    .toBigInteger()
                    .toString();
        }
        return switch (type) {
            case FLOAT, UNSIGNED -> text;
            case CHARACTER -> cut(text, MAX_CHARACTER);
            case LOG, TEXT -> cut(text, MAX_TEXT);
        };
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /** Returns the value that a text of an item stands for; nothing if it does not fit the type. */
    static Optional<PointValue> value(String text, ValueType type) {
        if (type.objection(text).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (type) {
                    case FLOAT -> PointValue.of(Double.parseDouble(text.strip()));
                    case UNSIGNED -> unsigned(text.strip());
                    case CHARACTER, LOG, TEXT -> PointValue.of(text);
                });
    }

    private static PointValue unsigned(String text) {
        int dot = text.indexOf('.');
        BigDecimal number = new BigDecimal(dot < 0 ? text : text.substring(0, dot));
        // Points have signed integers: the upper half of the range becomes a real.
        return number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? PointValue.of(number.doubleValue())
                : PointValue.of(number.longValueExact());
    }
}
