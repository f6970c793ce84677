package io.mirror.examples.command.zabbix;

/**
 * A value as it is given on standard input: {@code host key clock ns value}. Host, key and value may stand in quotation
 * marks, with {@code \"}, {@code \\} and {@code \n} inside; a value without them goes on to the end of the line.
 *
 * @param host the host
 * @param key the key of an item
 * @param clock seconds since 1970
 * @param ns nanoseconds
 * @param value the value
 */
record ValueLine(String host, String key, long clock, int ns, String value) {
    private static final long MAX_CLOCK = Integer.MAX_VALUE;
    private static final int MAX_NS = 999_999_999;

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it has another form; the message says what is missing
     */
    static ValueLine parse(String line) {
        Reader reader = new Reader(line);
        String host = reader.word("a host");
        String key = reader.word("a key");
        long clock = number(reader.word("a clock"), MAX_CLOCK, "clock");
        int ns = (int) number(reader.word("nanoseconds"), MAX_NS, "ns");
        return new ValueLine(host, key, clock, ns, reader.rest());
    }

    private static long number(String word, long most, String name) {
        try {
            long value = Long.parseLong(word);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The message below says what is expected.
        }
        throw new IllegalArgumentException(name + " is 0 to " + most);
    }

    private static final class Reader {
        private final String line;
        private int at;

        Reader(String line) {
            this.line = line;
        }

        private void skipBlanks() {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
        }

        String word(String what) {
            skipBlanks();
            if (at == line.length()) {
                throw new IllegalArgumentException(what + " is missing");
            }
            if (line.charAt(at) == '"') {
                return quoted();
            }
            int begin = at;
            boolean inKey = false;
            boolean inQuotes = false;
            // Keys may have blanks within their brackets.
            while (at < line.length() && (inKey || (line.charAt(at) != ' ' && line.charAt(at) != '\t'))) {
                char c = line.charAt(at++);
                if (c == '"') {
                    inQuotes = !inQuotes;
                } else if (!inQuotes && (c == '[' || c == ']')) {
                    inKey = c == '[';
                }
            }
            return line.substring(begin, at);
        }

        String rest() {
            if (at == line.length()) {
                throw new IllegalArgumentException("a value is missing");
            }
            at++;
            if (at < line.length() && line.charAt(at) == '"') {
                String value = quoted();
                skipBlanks();
                if (at < line.length()) {
                    throw new IllegalArgumentException("something follows the quoted value");
                }
                return value;
            }
            return line.substring(at);
        }

        private String quoted() {
            StringBuilder text = new StringBuilder();
            for (at++; at < line.length() && line.charAt(at) != '"'; at++) {
                char c = line.charAt(at);
                if (c == '\\' && at + 1 < line.length()) {
                    c = line.charAt(++at);
                    c = c == 'n' ? '\n' : c;
                }
                text.append(c);
            }
            if (at == line.length()) {
                throw new IllegalArgumentException("a quotation mark has no end");
            }
            at++;
            return text.toString();
        }
    }
}
