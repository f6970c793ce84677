package io.mirror.sockmux.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameListener;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.KeyGroup;
import io.mirror.codec.sockmux.KeyOffer;
import io.mirror.codec.sockmux.MuxDecodeException;
import io.mirror.codec.sockmux.MuxDecoder;
import io.mirror.codec.sockmux.Obfuscation;
import io.mirror.core.access.Secret;
import io.mirror.sockmux.session.Frames.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our session in the place of either DeleGate of every recording: it is given what the other one said, and the local
 * events of the one it replaces, and has to say the same, by the replay rule of the protocol document.
 */
class ReplayTest {
    private static final Path VECTORS = Path.of("../mirror-codec/src/test/resources/io/mirror/codec/sockmux/vectors");
    private static final BigInteger RECEPTOR = new BigInteger("0403020108070605", 16);
    private static final BigInteger CONNECTOR = new BigInteger("c4d3e2f18897a6b5", 16);

    /** These probes end the tunnel, theirs as ours; the reason names what was wrong. */
    private static final Map<String, String> ENDS = Map.of(
            "probe_hello_midsession", "new handshake",
            "probe_oversize", "announces 16385 octets",
            "probe_bad_version", "0x04");

    /**
     * What we say beyond the original, or in its place: an answer for an open that nobody made is closed (SockMux
     * section 9), and an open with a number that the original mixes up is refused (section 4).
     */
    private static final Map<String, Map<String, String>> SAID_IN_PLACE = Map.of(
            "probe_unknown_channel", Map.of("channel 255/9", "CLOSE DO close; "),
            "probe_wide_id", Map.of("channel 255/4660", "CLOSE No server; ", "channel 2/4660", "CLOSED OK closed; "));

    /** What the original says on a channel that we refuse. */
    private static final Map<String, List<String>> NOT_SAID =
            Map.of("probe_wide_id", List.of("channel 2/52 data", "channel 2/4660 acknowledged"));

    record Case(String scenario, boolean connector, String order) {
        @Override
        public String toString() {
            return scenario + " as " + (connector ? "connector" : "receptor");
        }

        boolean has(String part) {
            return scenario.contains(part);
        }

        /** The channel of the original is none of ours. */
        boolean isRefused() {
            return NOT_SAID.containsKey(scenario);
        }

        boolean isObfuscated() {
            return has("encrypted") || scenario.equals("auth");
        }
    }

    static Stream<Case> cases() throws IOException {
        String index;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(VECTORS.resolve("index.json.gz")))) {
            index = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Case> cases = new ArrayList<>();
        Matcher id =
                Pattern.compile("^   \"id\": \"(\\w+)\"", Pattern.MULTILINE).matcher(index);
        Matcher order = Pattern.compile("\"observedOrder\": \"([^\"]*)\"").matcher(index);
        while (id.find()) {
            String name = id.group(1);
            int next = index.indexOf("\n   \"id\":", id.end());
            order.region(id.end(), next < 0 ? index.length() : next);
            String frames = order.find() ? order.group(1) : "";
            cases.add(new Case(name, false, frames));
            if (!name.startsWith("probe_")) {
                cases.add(new Case(name, true, frames));
            }
        }
        return cases.stream();
    }

    private static byte[] octets(Case played, boolean fromConnector, boolean plain) throws IOException {
        String name = played.scenario + (fromConnector ? ".c2r" : ".r2c") + (plain ? ".plain.bin" : ".bin");
        Path file = VECTORS.resolve(name);
        if (Files.exists(file)) {
            return Files.readAllBytes(file);
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(VECTORS.resolve(name + ".gz")))) {
            return in.readAllBytes();
        }
    }

    /** Reads a stream that is not covered, or not any more: its preambles are skipped. */
    private static List<Frame> frames(byte[] octets) {
        List<Frame> frames = new ArrayList<>();
        MuxDecoder decoder = new MuxDecoder(false);
        FrameListener listener = (header, payload) -> {
            frames.add(Frames.of(header, payload));
            if (header.type() == FrameType.CRYPTON && payload.readableBytes() > 1) {
                decoder.skip(payload.getUnsignedByte(payload.readerIndex() + 1));
            }
        };
        try {
            decoder.decode(Unpooled.wrappedBuffer(octets), listener);
        } catch (MuxDecodeException unreadable) {
            // A probe ends with it.
            frames.add(new Frame(unreadable.offset(), 0, -1, 0, 0, new byte[0]));
        }
        return frames;
    }

    private static MuxOptions options(Case played) {
        MuxOptions.Builder options = MuxOptions.builder();
        if (played.isObfuscated()) {
            boolean group0 = played.has("group0") && !played.connector;
            options.obfuscation(new MuxOptions.LegacyObfuscation(
                    group0 ? KeyGroup.GROUP_0 : KeyGroup.GROUP_2,
                    KeyGroup.GROUP_0,
                    Secret.of(played.has("pass") ? "s3cret" : "")));
        }
        if (played.has("auth")) {
            if (played.connector) {
                options.credentials(new MuxOptions.Credentials("alice", Secret.of("wonder")))
                        .plaintextCredentials(true);
            } else {
                options.authorizer((user, password) ->
                        user.equals("alice") && Secret.of("wonder").matches(password));
            }
        }
        if (played.has("packsize_1k") && !played.connector) {
            options.packetSize(1024);
        }
        if (played.has("noconndata") && !played.connector) {
            options.connectData(false);
        }
        return options.build();
    }

    /** Hands out the recorded exponent, and zeros for the preamble. */
    private static RandomGenerator exponent(BigInteger value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public void nextBytes(byte[] octets) {
                if (octets.length == Long.BYTES) {
                    long bits = value.longValue();
                    for (int i = 0; i < octets.length; i++) {
                        octets[i] = (byte) (bits >> 8 * (7 - i));
                    }
                }
            }
        };
    }

    @AfterEach
    void whatWasGivenIsReleased() {
        TestEnd.finishAll();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOtherEndNoticesNoDifference(Case played) throws Exception {
        byte[] heard = octets(played, !played.connector, false);
        List<Frame> theirs = frames(octets(played, !played.connector, played.isObfuscated()));
        List<Frame> ours = frames(octets(played, played.connector, played.isObfuscated()));
        TestEnd end = new TestEnd(options(played), "replayed", exponent(played.connector ? CONNECTOR : RECEPTOR));
        end.acceptAtOnce = false;
        ours.stream()
                .filter(frame -> frame.type() == FrameType.CONNECT || frame.type() == FrameType.CONNECTED)
                .mapToInt(Frame::said)
                .findFirst()
                .ifPresent(end.session::firstId);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Map<Integer, TestEnd.Local> channels = new HashMap<>();
        int fed = 0;
        for (String step : order(played, ours, theirs)) {
            int at = Integer.parseInt(step.substring(1));
            boolean isOurs = (step.charAt(0) == 'c') == played.connector;
            if (isOurs && !played.isRefused()) {
                act(end, ours.get(at), channels, played);
            } else if (!isOurs) {
                int until = at + 1 < theirs.size() ? (int) theirs.get(at + 1).offset() : heard.length;
                byte[] piece = java.util.Arrays.copyOfRange(heard, fed, until);
                fed = until;
                end.receive(piece);
            }
            said.writeBytes(end.take());
        }
        if (ENDS.containsKey(played.scenario)) {
            assertThat(end.ended).contains(ENDS.get(played.scenario));
        } else {
            assertThat(end.ended).isEmpty();
        }
        List<Frame> spoken = spoken(said.toByteArray(), theirs, played);
        Map<String, String> expected = summary(ours);
        expected.keySet().removeAll(NOT_SAID.getOrDefault(played.scenario, List.of()));
        expected.putAll(SAID_IN_PLACE.getOrDefault(played.scenario, Map.of()));
        assertThat(summary(spoken)).isEqualTo(expected);
        assertThat(end.session.counters().violations()).isEqualTo(played.isRefused() ? 1 : 0);
    }

    /** The order seen in the middle; where there is none, answers follow their questions. */
    private static List<String> order(Case played, List<Frame> ours, List<Frame> theirs) {
        if (!played.order.isEmpty()) {
            return List.of(played.order.split(" "));
        }
        List<List<Frame>> streams = played.connector ? List.of(ours, theirs) : List.of(theirs, ours);
        List<String> steps = new ArrayList<>();
        int[] next = {0, 0};
        Map<String, Integer> seen = new HashMap<>();
        while (next[0] < streams.get(0).size() || next[1] < streams.get(1).size()) {
            int chosen = isNext(streams, next, 0, seen) ? 0 : 1;
            assertThat(isNext(streams, next, chosen, seen)).isTrue();
            Frame frame = streams.get(chosen).get(next[chosen]);
            seen.merge(chosen + " " + frame.type(), 1, Integer::sum);
            steps.add((chosen == 0 ? "c" : "r") + next[chosen]++);
        }
        return steps;
    }

    private static boolean isNext(List<List<Frame>> streams, int[] next, int from, Map<String, Integer> seen) {
        if (next[from] >= streams.get(from).size()) {
            return false;
        }
        int type = streams.get(from).get(next[from]).type();
        int other = 1 - from;
        return switch (type) {
            case FrameType.CONNECTED, FrameType.SENT, FrameType.CLOSED, FrameType.ECHOOK ->
                seen.getOrDefault(from + " " + type, 0)
                        < seen.getOrDefault(other + " " + (type & ~FrameType.ANSWER), 0);
            case FrameType.SEND ->
                seen.containsKey(from + " " + FrameType.CONNECTED)
                        || seen.containsKey(other + " " + FrameType.CONNECTED);
            default -> true;
        };
    }

    /** Does what must have happened locally for the recorded frame to be sent. */
    private static void act(TestEnd end, Frame frame, Map<Integer, TestEnd.Local> channels, Case played) {
        switch (frame.type()) {
            case FrameType.CONNECT -> {
                ByteBuf data = Unpooled.wrappedBuffer(frame.payload());
                ConnectText text = ConnectText.read(data).orElseThrow();
                assertThat(data.isReadable() && !end.session.takesFirstData()).isFalse();
                TestEnd.Local local = end.open(text, data, played.has("udp"));
                assertThat(local.channel.id()).isEqualTo(frame.said());
                channels.put(frame.said(), local);
            }
            case FrameType.CONNECTED -> {
                TestEnd.Local local = waiting(end, frame.raid());
                end.accept(local);
                channels.put(frame.said(), local);
                ByteBuf data = Unpooled.wrappedBuffer(frame.payload());
                ConnectText.read(data);
                if (data.isReadable()) {
                    local.send(ByteBufUtil.getBytes(data));
                }
            }
            case FrameType.SEND, FrameType.SENDOOB ->
                assertThat(channels.get(frame.said()).send(frame.payload())).isTrue();
            case FrameType.CLOSE -> {
                if (frame.said() == FrameHeader.NO_ID) {
                    TestEnd.Local local = waiting(end, frame.raid());
                    end.waiting.remove(local.channel);
                    local.channel.refuse(frame.text());
                } else {
                    channels.get(frame.said()).channel.endOfInput();
                }
            }
            default -> {}
        }
    }

    private static TestEnd.Local waiting(TestEnd end, int peerId) {
        return end.waiting.values().stream()
                .filter(local -> local.channel.peerId() == peerId)
                .findFirst()
                .orElseThrow();
    }

    /** Reads what we said, uncovering it as the other end does. */
    private static List<Frame> spoken(byte[] octets, List<Frame> theirs, Case played) {
        List<Frame> frames = new ArrayList<>();
        MuxDecoder decoder = new MuxDecoder(false);
        KeyOffer[] offer = new KeyOffer[1];
        decoder.decode(Unpooled.wrappedBuffer(octets), (header, payload) -> {
            frames.add(Frames.of(header, payload));
            if (header.type() == FrameType.SETOPT) {
                KeyOffer.read(payload).ifPresent(read -> offer[0] = read);
            } else if (header.type() == FrameType.CRYPTON) {
                KeyOffer their = theirs.stream()
                        .flatMap(frame -> KeyOffer.read(Unpooled.wrappedBuffer(frame.payload())).stream())
                        .filter(read -> read.group() == offer[0].group())
                        .findFirst()
                        .orElseThrow();
                Obfuscation.Pair keys = Obfuscation.agree(
                        played.connector ? RECEPTOR : CONNECTOR,
                        their,
                        offer[0],
                        Secret.of(played.has("pass") ? "s3cret" : ""));
                int preamble = payload.readableBytes() > 1 ? payload.getByte(payload.readerIndex() + 1) : 0;
                decoder.uncoverWith(keys.receive(), preamble);
            }
        });
        return frames;
    }

    /** What remains of frames when everything is left out that the replay rule leaves out. */
    private static Map<String, String> summary(List<Frame> frames) {
        Map<String, StringBuilder> parts = new TreeMap<>();
        Map<String, long[]> sums = new TreeMap<>();
        Map<String, ByteArrayOutputStream> data = new TreeMap<>();
        for (Frame frame : frames) {
            String channel = "channel " + frame.said() + "/" + frame.raid();
            switch (frame.type()) {
                case FrameType.HELLO, FrameType.HELLOOK -> add(parts, "greeting", FrameType.name(frame.type()));
                case FrameType.SETOPT -> {
                    int option = frame.payload()[0];
                    boolean compared = option != 1;
                    add(parts, "option " + option, compared ? new BigInteger(frame.payload()).toString(16) : "key");
                }
                case FrameType.CRYPTON -> add(parts, "cover", new BigInteger(frame.payload()).toString(16));
                case FrameType.ECHO -> {}
                case FrameType.ECHOOK ->
                    add(parts, "echo", frame.said() + "/" + frame.raid() + " " + frame.payload().length);
                case FrameType.SENT, FrameType.SENTOOB ->
                    sums.computeIfAbsent(channel, key -> new long[1])[0] += Long.parseLong(frame.text());
                case FrameType.SEND, FrameType.SENDOOB ->
                    data.computeIfAbsent(channel, key -> new ByteArrayOutputStream())
                            .writeBytes(frame.payload());
                case FrameType.CONNECTED -> {
                    add(parts, channel, "CONNECTED");
                    ByteBuf payload = Unpooled.wrappedBuffer(frame.payload());
                    ConnectText.read(payload);
                    byte[] first = new byte[payload.readableBytes()];
                    payload.readBytes(first);
                    data.computeIfAbsent(channel, key -> new ByteArrayOutputStream())
                            .writeBytes(first);
                }
                case FrameType.CONNECT -> {
                    ByteBuf payload = Unpooled.wrappedBuffer(frame.payload());
                    ConnectText.read(payload);
                    add(parts, channel, "CONNECT with " + payload.readableBytes());
                }
                default -> add(parts, channel, FrameType.name(frame.type()) + " " + frame.text());
            }
        }
        Map<String, String> summary = new TreeMap<>();
        parts.forEach((key, value) -> summary.put(key, value.toString()));
        sums.forEach((key, value) -> summary.put(key + " acknowledged", Long.toString(value[0])));
        data.forEach((key, value) -> {
            if (value.size() > 0) {
                summary.put(key + " data", value.size() + " octets, " + java.util.Arrays.hashCode(value.toByteArray()));
            }
        });
        return summary;
    }

    private static void add(Map<String, StringBuilder> parts, String key, String value) {
        parts.computeIfAbsent(key, absent -> new StringBuilder()).append(value).append("; ");
    }
}
