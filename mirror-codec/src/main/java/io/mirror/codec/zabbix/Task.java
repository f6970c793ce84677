package io.mirror.codec.zabbix;

import io.mirror.core.access.Secret;
import java.util.Map;

/** A task or the result of one (section 9). */
public sealed interface Task {
    /** Status of a result that went well. */
    int SUCCESS = 0;
    /** Status of a result that failed. */
    int FAILURE = -1;

    /**
     * Returns when the task or result was made.
     *
     * @return seconds since 1970
     */
    long clock();

    /**
     * Returns how long the task is of use.
     *
     * @return seconds, 0 forever
     */
    long ttl();

    /**
     * A command for the proxy to execute, type 2.
     *
     * @param clock seconds since 1970
     * @param ttl seconds, 0 forever
     * @param commandType 0 script, 1 IPMI, 2 SSH, 3 Telnet, 5 webhook
     * @param command the command
     * @param executeOn 0 agent, 1 server, 2 proxy
     * @param port the port, 0 if there is none
     * @param authType how to log in
     * @param username who logs in
     * @param password the password
     * @param publicKey the public key
     * @param privateKey the private key
     * @param alertId the alert, 0 if there is none
     * @param parentTaskId the server's number of this command, to be given back in the result
     * @param hostId the host, unsigned
     */
    record RemoteCommand(
            long clock,
            long ttl,
            int commandType,
            String command,
            int executeOn,
            long port,
            int authType,
            String username,
            Secret password,
            Secret publicKey,
            Secret privateKey,
            long alertId,
            long parentTaskId,
            long hostId)
            implements Task {
        /**
         * Returns the task without its secrets.
         *
         * @return a short text
         */
        @Override
        public String toString() {
            return "RemoteCommand[parentTaskId=" + parentTaskId + ", hostId=" + hostId + ", commandType=" + commandType
                    + ", executeOn=" + executeOn + "]";
        }
    }

    /**
     * What became of a command, type 3.
     *
     * @param clock seconds since 1970
     * @param ttl seconds, 0 as daemons write it
     * @param status 0 success, negative failure
     * @param info output, or reason of the failure
     * @param parentTaskId from the command
     */
    record CommandResult(long clock, long ttl, int status, String info, long parentTaskId) implements Task {}

    /**
     * Asks for a value of an item right now, type 6.
     *
     * @param clock seconds since 1970
     * @param ttl seconds, 0 forever
     * @param itemId the item, unsigned
     */
    record CheckNow(long clock, long ttl, long itemId) implements Task {}

    /**
     * Asks for data, type 7: an item test or diagnostics.
     *
     * @param clock seconds since 1970
     * @param ttl seconds, 0 forever
     * @param dataType 0 item test, 1 diagnostics
     * @param parentTaskId the server's number, to be given back in the result
     * @param data text that holds JSON; it may hold secrets and does not show in {@link #toString()}
     */
    record DataRequest(long clock, long ttl, int dataType, long parentTaskId, String data) implements Task {
        /**
         * Returns the task without its data.
         *
         * @return a short text
         */
        @Override
        public String toString() {
            return "DataRequest[parentTaskId=" + parentTaskId + ", dataType=" + dataType + "]";
        }
    }

    /**
     * The data that was asked for, type 8.
     *
     * @param clock seconds since 1970
     * @param ttl seconds, 0 as daemons write it
     * @param status 0 success, negative failure
     * @param info text that holds JSON, or reason of the failure
     * @param parentTaskId from the request
     */
    record DataResult(long clock, long ttl, int status, String info, long parentTaskId) implements Task {}

    /**
     * A task of an unknown type, or one that lacks a member; daemons drop it silently.
     *
     * @param clock seconds since 1970, 0 if absent
     * @param ttl seconds, 0 if absent
     * @param problem why it cannot be used
     * @param members its members but the secret ones, name to JSON text
     * @param secrets its secret members
     */
    record UnknownTask(long clock, long ttl, String problem, Map<String, String> members, Map<String, Secret> secrets)
            implements Task {
        /**
         * Returns the task without its members.
         *
         * @return a short text
         */
        @Override
        public String toString() {
            return "UnknownTask[" + problem + "]";
        }
    }
}
