package io.mirror.core.command;

import io.mirror.core.point.PointState;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A point message on its way in: kind, name and state (DHTP section 6). A decoder keeps one instance and fills it again
 * for every message; who receives it uses it before returning, and leaves it to the decoder to change it.
 */
public final class PointMessage {
    /** The {@link #nameId} of a name that the decoder did not intern. */
    public static final int NOT_INTERNED = -1;

    /** Which command carried the point. */
    public enum Kind {
        /** A value change. */
        POINT("point"),
        /** A value change returned to the connection that wrote it. */
        ECHO("echo"),
        /** A write to an existing point. */
        WRITE("write"),
        /** A write that creates the point if it is absent. */
        CWRITE("cwrite");

        private final String keyword;

        Kind(String keyword) {
            this.keyword = keyword;
        }

        /**
         * Returns the command name.
         *
         * @return the keyword on the wire
         */
        public String keyword() {
            return keyword;
        }
    }

    private final PointState state = new PointState();
    private Kind kind = Kind.POINT;
    /** Null while nobody has asked for the name that {@link #names} gives for the number. */
    private @Nullable String name = "";

    private IntFunction<String> names = id -> "";
    private int nameId = NOT_INTERNED;

    /** Makes an empty message. */
    public PointMessage() {}

    /**
     * Sets what the message is and whom it concerns. The state is left as it is.
     *
     * @param newKind which command carries the point
     * @param newName the name as received: {@code domain:name}, or {@code name} alone for the default domain
     * @param newNameId a small number that stands for this exact name on this connection, counted from 0 and never
     *     given to another name; {@link #NOT_INTERNED} if the decoder has no room for more names
     * @return this
     */
    public PointMessage header(Kind newKind, String newName, int newNameId) {
        kind = newKind;
        name = newName;
        nameId = newNameId;
        return this;
    }

    /**
     * Sets what the message is and whom it concerns, without the text of the name. The state is left as it is.
     *
     * @param newKind which command carries the point
     * @param givesNames gives the name as received for {@code newNameId}; asked at most once, while the message is in use
     * @param newNameId the number that stands for the name, as for {@link #header(Kind, String, int)}
     * @return this
     */
    public PointMessage header(Kind newKind, IntFunction<String> givesNames, int newNameId) {
        // Storing a reference costs more than comparing it.
        if (kind != newKind) {
            kind = newKind;
        }
        if (names != givesNames) {
            names = givesNames;
        }
        if (name != null) {
            name = null;
        }
        nameId = newNameId;
        return this;
    }

    /**
     * Goes over to another name that the same function gives. Kind and state are left as they are. No object is stored, which
     * would cost a compiled loop over messages all that it keeps in registers.
     *
     * @param newNameId the number that stands for the name, for the function that was set with
     *     {@link #header(Kind, IntFunction, int)} before
     * @return this
     */
    public PointMessage nameId(int newNameId) {
        if (name != null) {
            name = null;
        }
        nameId = newNameId;
        return this;
    }

    /**
     * Returns which command carried the point.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the name as received.
     *
     * @return {@code domain:name} or {@code name}
     */
    public String name() {
        String known = name;
        if (known == null) {
            known = names.apply(nameId);
            name = known;
        }
        return known;
    }

    /**
     * Returns the number that stands for the name on this connection.
     *
     * @return 0 or more, or {@link #NOT_INTERNED}
     */
    public int nameId() {
        return nameId;
    }

    /**
     * Returns the state that the message carries. A message without time has time 0 (not stamped).
     *
     * @return the state, to be filled by the decoder
     */
    public PointState state() {
        return state;
    }
}
