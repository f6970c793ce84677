package io.mirror.transport.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class CausesTest {
    @Test
    void whatTheTlsLibrarySaysOfItselfIsLeftOut() {
        String said = "Read error: ssl=0x562a366c25d8: Failure in SSL library, usually a protocol error\n"
                + "error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE"
                + " (/build/boringssl/ssl/tls_record.cc:491 0x562a367c02f0:0x00000003)";
        assertThat(Causes.describe(new SSLHandshakeException(said)))
                .startsWith("Read error: Failure in SSL library")
                .endsWith("SSLV3_ALERT_HANDSHAKE_FAILURE")
                .doesNotContain("0x", "tls_record");
    }

    @Test
    void saysThatAConnectionWasClosedInWords() {
        assertThat(Causes.describe(new ClosedChannelException())).isEqualTo("the connection was closed");
    }
}
