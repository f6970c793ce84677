package io.mirror.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllocationGateTest {
    @Test
    void everyListedPathHasToBeThere() {
        assertThat(AllocationGate.complaints(List.of())).hasSameSizeAs(AllocationGate.ZERO_ALLOCATION);
    }

    @Test
    void aPathThatAllocatesIsNamedWithItsBytes() throws Exception {
        assertThat(AllocationGate.complaints(List.of(encode("24.0"))))
                .contains("MuxFrames.encode {payloadBytes=64} allocates 24.0 B/op, the limit is 0.5");
    }

    @Test
    void aPathWithoutAFigureDoesNotPass() throws Exception {
        assertThat(AllocationGate.complaints(List.of(encode("\"NaN\"")))).anyMatch(line -> line.contains("NaN B/op"));
    }

    @Test
    void aPathThatDoesNotAllocatePasses() throws Exception {
        assertThat(AllocationGate.complaints(List.of(encode("0.001")))).noneMatch(line -> line.contains("MuxFrames"));
    }

    private static Row encode(String bytes) throws Exception {
        return Row.of(new ObjectMapper().readTree("""
                        {"benchmark": "io.mirror.benchmarks.sockmux.MuxFrames.encode", "params": {"payloadBytes": "64"},
                         "primaryMetric": {"score": 12.5, "scoreError": "NaN", "scoreUnit": "ns/op"},
                         "secondaryMetrics": {"gc.alloc.rate.norm": {"score": %s}}}
                        """.formatted(bytes)));
    }
}
