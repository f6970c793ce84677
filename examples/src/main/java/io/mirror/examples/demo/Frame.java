package io.mirror.examples.demo;

import java.util.List;

/**
 * What the demonstration shows at one moment.
 *
 * @param elapsedMillis time since both hubs were equal for the first time
 * @param totalMillis time that the demonstration is to take
 * @param linkState the slave's state
 * @param cut true while the connection is cut
 * @param slavePoints points of the slave
 * @param slaveGood points of the slave with good quality
 * @param slaveGone points of the slave whose process or device is gone
 * @param changes changes made to the slave's points since the start
 * @param sent point messages sent by the slave since the start
 * @param bytes bytes that passed in both directions
 * @param changesPerSecond the rate of changes
 * @param sentPerSecond the rate of sent messages
 * @param receivedPerSecond the rate of messages that the master received
 * @param bytesPerSecond the rate of bytes
 * @param connects connections made
 * @param master how the master is
 * @param rows some points, as they are on both sides
 */
record Frame(
        long elapsedMillis,
        long totalMillis,
        String linkState,
        boolean cut,
        int slavePoints,
        int slaveGood,
        int slaveGone,
        long changes,
        long sent,
        long bytes,
        double changesPerSecond,
        double sentPerSecond,
        double receivedPerSecond,
        double bytesPerSecond,
        long connects,
        MasterReport master,
        List<Row> rows) {

    /**
     * One point on both sides.
     *
     * @param name its name within the domain
     * @param slaveValue its value in the slave
     * @param slaveQuality its quality in the slave
     * @param masterValue its value in the master
     * @param masterQuality its quality in the master
     */
    record Row(String name, String slaveValue, String slaveQuality, String masterValue, String masterQuality) {}
}
