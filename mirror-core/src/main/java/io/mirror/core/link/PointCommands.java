package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.CanonicalType;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointAttributes;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The commands that read and change single points (DHTP section 5.3), apart from point messages. */
final class PointCommands {
    /** Longest text that {@code append} may build up, in characters. */
    private static final int MAX_TEXT = 1_000_000;

    private static final String ARRAY = " ARRAY";

    private final MirrorSession session;
    private final PointState scratch = new PointState();

    PointCommands(MirrorSession session) {
        this.session = session;
    }

    /** Carries a command out; null if it is not one of these. */
    @Nullable
    Outcome execute(Command command) {
        if (command instanceof Command.Read read) {
            return read(read);
        }
        if (command instanceof Command.SetValue set) {
            return set(set);
        }
        if (command instanceof Command.Create create) {
            return create(create);
        }
        if (command instanceof Command.Append append) {
            return change(append.point(), state -> append(state, append));
        }
        if (command instanceof Command.Calculate calculate) {
            return change(calculate.point(), state -> calculate(state, calculate));
        }
        if (command instanceof Command.Lock lock) {
            return administer(lock.point(), lock.security(), state -> state.locked(lock.locked()));
        }
        if (command instanceof Command.Secure secure) {
            return administer(secure.point(), secure.claimed(), state -> state.security(secure.level()));
        }
        if (command instanceof Command.SetCanonical canonical) {
            return setCanonical(canonical);
        }
        if (command instanceof Command.SetAccess access) {
            return setAccess(access);
        }
        return null;
    }

    private Outcome read(Command.Read command) {
        PointName name = session.localName(command.point());
        session.rights.require(Right.READ, name.domain());
        HubPoint point = PeerRights.readable(session.rights.find(name, command.create()));
        session.outgoing.sendAnswer(point, point.read(scratch));
        return Outcome.ANSWERED;
    }

    private Outcome create(Command.Create command) {
        PointName name = session.localName(command.point());
        session.rights.find(name, true);
        return Outcome.DONE;
    }

    private Outcome set(Command.SetValue command) {
        if (ConfigurationCommands.isSetting(command.point())) {
            return ConfigurationCommands.REFUSED;
        }
        PointName name = session.localName(command.point());
        session.rights.require(Right.WRITE, name.domain());
        HubPoint point = session.rights.find(name, command.create());
        PointAttributes attributes = point.attributes();
        if (!command.force() && !attributes.writable()) {
            return Outcome.refused(StatusCode.POINT_READ_ONLY);
        }
        // The quality stays, but what was never written has none yet, and a mark ends with the next write.
        boolean becomesGood = !point.isWritten() || point.isMarkedNotConnected();
        return modify(point, command.force() ? StoreMode.FORCED : StoreMode.NORMAL, state -> {
            if (!command.force() && state.locked()) {
                return StatusCode.LOCKED;
            }
            GuessedValue.read(command.value(), state);
            if (!attributes.convert(state)) {
                return StatusCode.WRONG_TYPE;
            }
            state.confidence(command.confidence().orElse(Point.MAX_CONFIDENCE));
            if (becomesGood) {
                state.quality(Quality.GOOD.code());
            }
            state.flags(0).time(0, 0);
            return StatusCode.OK;
        });
    }

    private Outcome modify(HubPoint point, StoreMode mode, Rule rule) {
        StatusCode[] code = {StatusCode.OK};
        point.modify(
                state -> {
                    code[0] = rule.apply(state);
                    return code[0] == StatusCode.OK;
                },
                session.origin,
                mode);
        return code[0] == StatusCode.OK ? Outcome.DONE : Outcome.refused(code[0]);
    }

    /** Changes the value of an existing point by a rule that looks at its present state. */
    private Outcome change(String wireName, Rule rule) {
        PointName name = session.localName(wireName);
        session.rights.require(Right.WRITE, name.domain());
        HubPoint point = session.rights.find(name, false);
        PointAttributes attributes = point.attributes();
        if (!attributes.writable()) {
            return Outcome.refused(StatusCode.POINT_READ_ONLY);
        }
        return modify(point, StoreMode.NORMAL, state -> {
            StatusCode code = state.locked() ? StatusCode.LOCKED : rule.apply(state);
            boolean converts = code != StatusCode.OK || attributes.convert(state);
            return converts ? code : StatusCode.WRONG_TYPE;
        });
    }

    /** Changes the present state of a point, or says why not. */
    @FunctionalInterface
    private interface Rule {
        StatusCode apply(PointState state);
    }

    private static StatusCode append(PointState state, Command.Append command) {
        if (state.type() != PointType.STRING) {
            return StatusCode.WRONG_TYPE;
        }
        if (state.string().length() + command.text().length() > MAX_TEXT) {
            return StatusCode.TOO_LARGE;
        }
        state.string(state.string() + command.text());
        return stamp(state, command.time());
    }

    private static StatusCode calculate(PointState state, Command.Calculate command) {
        Command.Calculate.Operand operand = command.operand();
        if (state.type() == PointType.INTEGER && operand.integral()) {
            return calculateExactly(state, command);
        }
        if (state.type() != PointType.INTEGER && state.type() != PointType.REAL) {
            return StatusCode.WRONG_TYPE;
        }
        double value = state.real();
        if (command.operation() == Command.Calculate.Operation.DIVIDE && operand.real() == 0) {
            return StatusCode.ERROR;
        }
        state.real(
                switch (command.operation()) {
                    case ADD -> value + operand.real();
                    case MULTIPLY -> value * operand.real();
                    case DIVIDE -> value / operand.real();
                });
        return stamp(state, command.time());
    }

    private static StatusCode calculateExactly(PointState state, Command.Calculate command) {
        long value = state.integer();
        long operand = command.operand().integer();
        if (command.operation() == Command.Calculate.Operation.DIVIDE) {
            if (operand == 0) {
                return StatusCode.ERROR;
            }
            if (value % operand != 0) {
                state.real((double) value / operand);
                return stamp(state, command.time());
            }
        }
        try {
            state.integer(
                    switch (command.operation()) {
                        case ADD -> Math.addExact(value, operand);
                        case MULTIPLY -> Math.multiplyExact(value, operand);
                        case DIVIDE -> operand == -1 ? Math.negateExact(value) : value / operand;
                    });
        } catch (ArithmeticException e) {
            return StatusCode.TOO_LARGE;
        }
        return stamp(state, command.time());
    }

    private static StatusCode stamp(PointState state, Timestamp time) {
        state.time(time.seconds(), time.nanoseconds());
        return StatusCode.OK;
    }

    private Outcome administer(String wireName, int claimed, Consumer<PointState> change) {
        PointName name = session.localName(wireName);
        session.rights.require(Right.WRITE, name.domain());
        return modify(session.rights.find(name, false), StoreMode.NORMAL, state -> {
            if (claimed < state.security()) {
                return StatusCode.SECURITY;
            }
            change.accept(state);
            return StatusCode.OK;
        });
    }

    private Outcome setCanonical(Command.SetCanonical command) {
        boolean array = command.type().endsWith(ARRAY);
        String name = array ? command.type().substring(0, command.type().length() - ARRAY.length()) : command.type();
        Optional<CanonicalType> type = CanonicalType.named(name);
        if (type.isEmpty()) {
            return Outcome.refused(StatusCode.SYNTAX, "Canonical type is not supported");
        }
        return changeAttributes(command.point(), attributes -> {
            boolean free = attributes.canonical() == CanonicalType.EMPTY || command.force();
            return free ? attributes.withCanonical(type.get(), array) : attributes;
        });
    }

    private Outcome setAccess(Command.SetAccess command) {
        return changeAttributes(command.point(), attributes -> attributes.withAccess(command.read(), command.write()));
    }

    private Outcome changeAttributes(String wireName, UnaryOperator<PointAttributes> change) {
        PointName name = session.localName(wireName);
        session.rights.require(Right.WRITE, name.domain());
        HubPoint point = session.rights.find(name, false);
        point.attributes(change.apply(point.attributes()), session.origin);
        return Outcome.DONE;
    }

    /** Checks a write against the point and brings its value into the point's type. */
    void checkWrite(HubPoint point, PointMessage message) {
        PointState present = point.read(scratch);
        if (present.locked()) {
            throw new Refusal(StatusCode.LOCKED);
        }
        if (message.state().security() < present.security()) {
            throw new Refusal(StatusCode.SECURITY);
        }
        PointAttributes attributes = point.attributes();
        if (!attributes.writable()) {
            throw new Refusal(StatusCode.POINT_READ_ONLY);
        }
        if (!attributes.convert(message.state())) {
            throw new Refusal(StatusCode.WRONG_TYPE);
        }
    }
}
