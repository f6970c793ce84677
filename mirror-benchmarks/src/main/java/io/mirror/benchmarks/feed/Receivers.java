package io.mirror.benchmarks.feed;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The process of the receivers: each has a connection of its own. It tells the sender's process over another connection
 * how much has arrived, and how late, when it is asked to.
 *
 * <p>Arguments: the road, its ports separated by commas, how many receivers, how many of them are slow, the port of the
 * sender's process.
 */
public final class Receivers {
    /** Asks for the delays to be recorded from now on. */
    static final int TIME = 'T';
    /** Asks for what was recorded. */
    static final int DELAYS = 'D';
    /** Says that counts follow. */
    static final int COUNTS = 'C';

    /** What is reported of the delays, in percent. */
    static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    /** A slow receiver rests so long after each point. */
    private static final long SLOW_NANOS = 10_000_000;

    private static final long REPORT_EVERY_NANOS = 200_000;

    private Receivers() {}

    public static void main(String[] args) throws Exception {
        Road road = Road.of(args[0], Feed.ports(args[1]));
        int slow = Integer.parseInt(args[3]);
        List<Ledger> ledgers = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            Ledger ledger = new Ledger(i < slow ? SLOW_NANOS : 0);
            ledgers.add(ledger);
            road.receiver(ledger);
        }
        try (Socket control = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[4]))) {
            control.setTcpNoDelay(true);
            report(ledgers, control);
        } catch (IOException senderIsDone) {
            // Nothing is left to report to.
        }
        System.exit(0);
    }

    private static void report(List<Ledger> ledgers, Socket control) throws IOException {
        DataInputStream in = new DataInputStream(control.getInputStream());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(control.getOutputStream()));
        long before = -1;
        while (true) {
            if (in.available() > 0) {
                int asked = in.readByte();
                if (asked == TIME) {
                    ledgers.forEach(Ledger::startTiming);
                } else {
                    writeDelays(ledgers, out);
                }
            }
            long sum = 0;
            for (Ledger ledger : ledgers) {
                sum += ledger.count();
            }
            if (sum != before) {
                before = sum;
                out.writeByte(COUNTS);
                for (Ledger ledger : ledgers) {
                    out.writeLong(ledger.isSlow() ? -1 - ledger.count() : ledger.count());
                }
            }
            out.flush();
            LockSupport.parkNanos(REPORT_EVERY_NANOS);
        }
    }

    private static void writeDelays(List<Ledger> ledgers, DataOutputStream out) throws IOException {
        Histogram all = new Histogram(3);
        for (Ledger ledger : ledgers) {
            all.add(ledger.delays());
        }
        out.writeByte(DELAYS);
        out.writeLong(all.getTotalCount());
        for (double percentile : PERCENTILES) {
            out.writeLong(all.getValueAtPercentile(percentile));
        }
    }
}
