package io.mirror.codec.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any bytes as requests and as values of the authentication headers: the same judgement however they are cut. */
class HttpFuzzTest {
    private static final List<String> WORDS = List.of(
            "GET / HTTP/1.1\r\n",
            "Host: a\r\n",
            "Content-Length: ",
            "Transfer-Encoding: chunked\r\n",
            "\r\n",
            "5",
            "\n",
            "hello",
            "0\r\n",
            " ",
            "Digest ",
            "realm=\"",
            "nonce=",
            "qop=\"auth,auth-int\"",
            ", ",
            "\"",
            "\\",
            "username*=UTF-8''",
            "%41",
            "Basic YWRtaW46cHc=",
            "stale=TRUE");

    @FuzzTest(maxDuration = "60s")
    void anyBytes(byte[] input) {
        check(input);
    }

    @Test
    void randomWords() {
        SplittableRandom random = io.mirror.codec.Seeds.random();
        for (int i = 0; i < 4_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int words = random.nextInt(12); words > 0; words--) {
                text.append(WORDS.get(random.nextInt(WORDS.size())));
            }
            check(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void check(byte[] input) {
        String whole = judge(input, Math.max(1, input.length));
        assertThat(judge(input, 1)).isEqualTo(whole);
        assertThat(judge(input, 7)).isEqualTo(whole);
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<AuthScheme> schemes = new ArrayList<>();
        try {
            schemes.addAll(AuthScheme.parseAll(text));
            schemes.add(AuthScheme.parseOne(text));
        } catch (HttpAuthException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        for (AuthScheme scheme : schemes) {
            read(() -> DigestChallenge.of(scheme).toHeader());
            read(() -> DigestCredentials.of(scheme).toHeader());
            read(() -> BasicCredentials.of(scheme).toString());
        }
        read(() -> DigestInfo.parse(text).toString());
    }

    private interface Reader {
        String read() throws HttpAuthException;
    }

    private static void read(Reader reader) {
        try {
            assertThat(reader.read()).isNotNull();
        } catch (HttpAuthException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static String judge(byte[] input, int size) {
        RequestFraming framing = new RequestFraming();
        int good = 0;
        for (int from = 0; from < input.length; from += size) {
            int length = Math.min(size, input.length - from);
            int passed = framing.check(Unpooled.wrappedBuffer(input, from, length));
            good += passed;
            if (passed < length) {
                break;
            }
        }
        return good + " " + framing.problem().orElse("good");
    }
}
