package io.mirror.codec.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a command carries to log in elsewhere is a secret from the parser on. */
class TaskSecretsTest {
    private static final ZabbixCodec CODEC = new ZabbixCodec(ZabbixLimits.DEFAULT);
    private static final List<String> MARKERS = List.of("marker-password", "marker-public", "marker-private");

    private static ByteBuf frame() {
        Task command = new Task.RemoteCommand(
                1_760_000_000L,
                600,
                2,
                "uptime",
                1,
                22,
                1,
                "operator",
                Secret.of(MARKERS.get(0)),
                Secret.of(MARKERS.get(1)),
                Secret.of(MARKERS.get(2)),
                0,
                7,
                10_001);
        ByteBuf out = Unpooled.buffer();
        CODEC.encode(ProxyMessage.builder().task(command).build(), false, out);
        return out;
    }

    @Test
    @Tag("S-CMD-3")
    @Tag("S-SEC-1")
    void theSecretsOfACommandArriveAndAppearInNoText() {
        ByteBuf frame = frame();
        assertThat(frame.toString(StandardCharsets.UTF_8)).contains(MARKERS);
        List<Task> tasks = new ArrayList<>();
        MessageDecoder decoder = CODEC.newDecoder(new MessageListener() {
            @Override
            public void onTask(Task task) {
                tasks.add(task);
            }
        });
        assertThat(decoder.decode(frame)).isTrue();

        assertThat(tasks).singleElement().isInstanceOfSatisfying(Task.RemoteCommand.class, command -> {
            assertThat(command.password().matches(Secret.of(MARKERS.get(0)))).isTrue();
            assertThat(command.publicKey().matches(Secret.of(MARKERS.get(1)))).isTrue();
            assertThat(command.privateKey().matches(Secret.of(MARKERS.get(2)))).isTrue();
        });
        assertThat(tasks + " " + decoder.head()).doesNotContain(MARKERS);
    }

    @Test
    @Tag("S-CMD-3")
    @Tag("S-SEC-1")
    void aMessageThatBreaksInsideASecretQuotesNothingOfIt() {
        ByteBuf frame = frame();
        int inside = frame.toString(StandardCharsets.ISO_8859_1).indexOf(MARKERS.get(0)) + 7;
        // A control character may not stand in a string.
        frame.setByte(inside, 1);

        assertThatThrownBy(() -> CODEC.newDecoder(new MessageListener() {}).decode(frame))
                .isInstanceOf(ZabbixDecodeException.class)
                .message()
                .doesNotContain("marker-")
                .doesNotContain("password-");
    }
}
