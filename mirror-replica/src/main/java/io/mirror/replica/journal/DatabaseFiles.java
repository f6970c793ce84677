package io.mirror.replica.journal;

import io.mirror.codec.journal.BlockReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of a PicoLisp database (journal specification section 16). */
public final class DatabaseFiles {
    private static final int SHIFT_AT = 12;

    private DatabaseFiles() {}

    /**
     * Reads the shifts of a database from its files.
     *
     * @param directory holds the files {@code @}, {@code A} and so on
     * @return the shift of each file in order
     * @throws IOException if the first file is missing, or a file has no block
     */
    public static List<Integer> shifts(Path directory) throws IOException {
        List<Integer> shifts = new ArrayList<>();
        while (shifts.isEmpty() || Files.exists(directory.resolve(name(shifts.size())))) {
            Path file = directory.resolve(name(shifts.size()));
            try (InputStream in = Files.newInputStream(file)) {
                byte[] start = in.readNBytes(SHIFT_AT + 1);
                if (start.length <= SHIFT_AT) {
                    throw new IOException(file + " has no block");
                }
                shifts.add((int) start[SHIFT_AT]);
            }
        }
        return shifts;
    }

    /** Refuses what no database file has. */
    static void requireShifts(List<Integer> shifts) {
        for (int shift : shifts) {
            if (shift < 0 || shift > BlockReader.MAX_SHIFT) {
                throw new JournalException("shift " + shift + " is not from 0 to " + BlockReader.MAX_SHIFT);
            }
        }
    }

    /**
     * Names a database file: its number in base 16 with the digits {@code @} to {@code O}.
     *
     * @param file the number, the first is 0
     * @return the name
     */
    public static String name(int file) {
        StringBuilder name = new StringBuilder();
        for (char digit : Integer.toHexString(file).toCharArray()) {
            name.append((char) ('@' + Character.digit(digit, 16)));
        }
        return name.toString();
    }
}
