package io.mirror.codec.dhtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Any bytes behind the beginning of a binary frame, which a fuzzer would first have to find. */
@Tag("S-LEN-12")
class FrameFuzzTest {
    private static final byte[] BEGINNING = {0x01, (byte) 0xB1, 0x01};

    @FuzzTest(maxDuration = "30s")
    void anyFrameIsReadTheSameWayHoweverItIsCut(byte[] input) {
        byte[] frame = new byte[BEGINNING.length + input.length];
        System.arraycopy(BEGINNING, 0, frame, 0, BEGINNING.length);
        System.arraycopy(input, 0, frame, BEGINNING.length, input.length);
        DhtpFuzzTest.check(frame);
    }
}
