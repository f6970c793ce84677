package io.mirror.codec.internal.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Slow and obvious: the shortest decimal in the rounding interval of a double, the closest one if there are several. */
final class ReferenceDecimal {

    private ReferenceDecimal() {}

    static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal lower = exact.add(middle(value, Math.nextDown(value)));
        BigDecimal upper = exact.add(middle(value, Math.nextUp(value)));
        boolean even = (Double.doubleToLongBits(value) & 1) == 0;
        int exponent = exact.precision() - exact.scale() - 1;
        for (int digits = 1; ; digits++) {
            int scale = digits - 1 - exponent;
            BigDecimal down = exact.setScale(scale, RoundingMode.DOWN);
            BigDecimal up = down.add(BigDecimal.ONE.movePointLeft(scale));
            boolean downInside = inside(down, lower, upper, even);
            boolean upInside = inside(up, lower, upper, even);
            if (downInside && upInside) {
                int closer = exact.subtract(down).compareTo(up.subtract(exact));
                if (closer == 0) {
                    return down.unscaledValue().testBit(0) ? up : down;
                }
                return closer < 0 ? down : up;
            }
            if (downInside || upInside) {
                return downInside ? down : up;
            }
        }
    }

    /** Half of the signed distance to a neighbour; beyond the largest double the distance is the one below it. */
    private static BigDecimal middle(double value, double neighbour) {
        if (Double.isInfinite(neighbour)) {
            return middle(value, Math.nextDown(value)).negate();
        }
        return new BigDecimal(neighbour).subtract(new BigDecimal(value)).divide(BigDecimal.valueOf(2));
    }

    private static boolean inside(BigDecimal x, BigDecimal lower, BigDecimal upper, boolean closed) {
        int low = x.compareTo(lower);
        int high = x.compareTo(upper);
        return x.signum() > 0 && (closed ? low >= 0 && high <= 0 : low > 0 && high < 0);
    }

    /** The middle between a finite non-negative double and the next one, exactly. */
    static BigDecimal middleAbove(double value) {
        BigDecimal unit = new BigDecimal(Double.MIN_VALUE).divide(BigDecimal.valueOf(2));
        long bits = Double.doubleToLongBits(value);
        int shift = (int) Math.max((bits >>> 52) - 1, 0);
        return new BigDecimal(value).add(unit.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(shift))));
    }
}
