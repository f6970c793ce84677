package io.mirror.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTest {
    /** The names of DHTP section 3.2. */
    @ParameterizedTest
    @CsvSource({
        "OK, 0",
        "ERROR, 1",
        "FULL, 6",
        "LOCKED, 7",
        "SECURITY, 8",
        "NO_POINT, 9",
        "INSIGNIFICANT, 10",
        "SYNTAX, 13",
        "WRONG_TYPE, 15",
        "TOO_LARGE, 16",
        "POINT_EXISTS, 20",
        "POINT_READ_ONLY, 21",
        "NOT_ALLOWED, 23",
        "NO_DOMAIN, 27",
        "POINT_COMPUTED, 28"
    })
    void statusNumbersAreThoseOfTheTable(StatusCode code, int number) {
        assertThat(code.number()).isEqualTo(number);
        assertThat(StatusCode.ofNumber(number)).contains(code);
    }

    @Test
    void everyStatusNumberHasOneCodeAndItsWords() {
        assertThat(StatusCode.values()).hasSize(29);
        for (StatusCode code : StatusCode.values()) {
            assertThat(code.ordinal()).isEqualTo(code.number());
            assertThat(code.text()).isNotBlank().doesNotEndWith(".");
        }
        assertThat(StatusCode.ofNumber(-1)).isEmpty();
        assertThat(StatusCode.ofNumber(29)).isEmpty();
        assertThat(StatusCode.ofNumber(1L << 32)).isEmpty();
        assertThat(StatusCode.NO_POINT.text()).isEqualTo("Point does not exist");
        assertThat(StatusCode.WRONG_TYPE.text()).isEqualTo("Wrong type");
    }

    /** The forms of DHTP section 3.1. */
    @Test
    void aFailureQuotesTwoArgumentsOrTheFirstOfMore() {
        List<String> three = List.of("a", "b", "c");
        assertThat(Command.Failure.of(StatusCode.SYNTAX, "x", List.of(), "t"))
                .isEqualTo(new Command.Failure(13, "x", List.of(), false, "t"));
        assertThat(Command.Failure.of(StatusCode.SYNTAX, "x", three.subList(0, 1), "t")
                        .arguments())
                .containsExactly("a");
        assertThat(Command.Failure.of(StatusCode.SYNTAX, "x", three.subList(0, 2), "t"))
                .isEqualTo(new Command.Failure(13, "x", List.of("a", "b"), false, "t"));
        assertThat(Command.Failure.of(StatusCode.SYNTAX, "x", three, "t"))
                .isEqualTo(new Command.Failure(13, "x", List.of("a"), true, "t"));
    }

    @Test
    void listsAreCopied() {
        List<String> list = new ArrayList<>(List.of("a"));
        Command.Success success = new Command.Success("x", list);
        Command.Failure failure = new Command.Failure(1, "x", list, false, "");
        Command.Model model = new Command.Model("x", list);
        Command.Configure configure = new Command.Configure("x", list);
        Command.Slave slave = new Command.Slave("x", list);
        Command.MirrorCaps caps = new Command.MirrorCaps(1, "u", list);
        Received received = new Received(model, "x", list);
        list.add("b");
        assertThat(List.of(
                        success.arguments(),
                        failure.arguments(),
                        model.arguments(),
                        configure.arguments(),
                        slave.details(),
                        caps.items(),
                        received.arguments()))
                .allMatch(copy -> copy.equals(List.of("a")));
    }

    @Test
    void nothingThatMayHoldAPasswordShowsIt() {
        assertThat(new Command.Auth("ops", Secret.of("hunter2")).toString()).doesNotContain("hunter2");
        assertThat(new Command.Configure("mirror_master_2", List.of("gw", "hunter2")).toString())
                .contains("mirror_master_2")
                .doesNotContain("hunter2");
        assertThat(new Received(new Command.Alive(), "auth", List.of("ops", "hunter2")).toString())
                .contains("auth")
                .doesNotContain("hunter2");
    }

    @Test
    void operandsRememberHowTheyWereWritten() {
        assertThat(Command.Calculate.Operand.of(3)).isEqualTo(new Command.Calculate.Operand(true, 3, 3.0));
        assertThat(Command.Calculate.Operand.of(3.0)).isEqualTo(new Command.Calculate.Operand(false, 0, 3.0));
    }

    @Test
    void theNameOfAPointMessageIsMadeWhenItIsAskedFor() {
        List<Integer> asked = new ArrayList<>();
        IntFunction<String> names = id -> {
            asked.add(id);
            return "d:" + id;
        };
        PointMessage message = new PointMessage().header(PointMessage.Kind.POINT, names, 7);
        assertThat(message.nameId()).isEqualTo(7);
        assertThat(asked).isEmpty();
        assertThat(message.name()).isEqualTo("d:7");
        assertThat(message.name()).isEqualTo("d:7");
        assertThat(asked).containsExactly(7);
        assertThat(message.header(PointMessage.Kind.POINT, names, 8).name()).isEqualTo("d:8");
        assertThat(message.header(PointMessage.Kind.POINT, id -> "other", 8).name())
                .isEqualTo("other");
        assertThat(message.header(PointMessage.Kind.POINT, "given", 9).name()).isEqualTo("given");
    }

    @Test
    void aPointMessageIsReused() {
        PointMessage message = new PointMessage();
        assertThat(message.kind()).isEqualTo(PointMessage.Kind.POINT);
        assertThat(message.nameId()).isEqualTo(PointMessage.NOT_INTERNED);
        message.state().integer(5);
        assertThat(message.header(PointMessage.Kind.CWRITE, "d:p", 3)).isSameAs(message);
        assertThat(message.name()).isEqualTo("d:p");
        assertThat(message.nameId()).isEqualTo(3);
        assertThat(message.state().integer()).as("the state is left as it is").isEqualTo(5);
        assertThat(message.kind().keyword()).isEqualTo("cwrite");
    }
}
