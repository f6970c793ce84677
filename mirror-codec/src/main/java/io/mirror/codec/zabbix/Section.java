package io.mirror.codec.zabbix;

/** An array of rows in a data message (section 8.3). */
public enum Section {
    /** Availability of interfaces, from 5.4 on. */
    AVAILABILITY("interface availability"),
    /** Availability of hosts, before 5.4. */
    HOST_AVAILABILITY("host availability"),
    /** Values. */
    HISTORY("history data"),
    /** Results of network discovery. */
    DISCOVERY("discovery data"),
    /** Announced agents. */
    REGISTRATION("auto registration"),
    /** States of active agents, from 6.2 on. */
    HOST_DATA("host data"),
    /** Tasks and results. */
    TASKS("tasks");

    private final String member;

    Section(String member) {
        this.member = member;
    }

    /**
     * Returns the name of the section in a message.
     *
     * @return name of the member
     */
    public String member() {
        return member;
    }

    /**
     * Tells what a bad row of this section does to its message.
     *
     * @return true if the message fails from this row on; false if only the row is left out
     */
    public boolean failsMessage() {
        return this == AVAILABILITY || this == DISCOVERY || this == REGISTRATION;
    }
}
