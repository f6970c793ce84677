package io.mirror.examples.command;

import io.mirror.core.point.PointName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Makes picocli accept point names. */
final class PointNameConverter implements ITypeConverter<PointName> {
    @Override
    public PointName convert(String text) {
        try {
            return PointName.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
