package io.mirror.codec.zabbix;

/**
 * A row that cannot be taken.
 *
 * @param section where it stands
 * @param index number of the row in its section, counted from 0
 * @param problem what is wrong, in the words of the daemons where they have any
 */
public record RowProblem(Section section, int index, String problem) {}
