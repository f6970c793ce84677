package io.mirror.codec.dhtp;

/** A configuration that cannot be used. The message names the line and says what to change. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The line. */
    private final int line;

    /**
     * Creates an exception.
     *
     * @param line number of the line, counted from 1; 0 if the text did not come from a file
     * @param problem what is wrong and what to do; no secret and no unescaped input
     */
    public ConfigurationException(int line, String problem) {
        super(line > 0 ? "line " + line + ": " + problem : problem);
        this.line = line;
    }

    /**
     * Returns where the problem is.
     *
     * @return number of the line, counted from 1; 0 if the text did not come from a file
     */
    public int line() {
        return line;
    }
}
