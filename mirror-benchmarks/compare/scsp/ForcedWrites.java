import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** How often a second this disk takes a file of 4 KiB durably: write, force, rename, force the directory; nothing else. */
class ForcedWrites {
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        int count = Integer.parseInt(arguments[1]);
        byte[] content = new byte[4096];
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                Path fresh = directory.resolve(i + ".new");
                try (FileChannel file =
                        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap(content));
                    file.force(true);
                }
                Files.move(fresh, directory.resolve(Integer.toString(i)), StandardCopyOption.ATOMIC_MOVE);
                names.force(true);
            }
            System.out.println((System.nanoTime() - start) / 1e9);
        }
    }
}
