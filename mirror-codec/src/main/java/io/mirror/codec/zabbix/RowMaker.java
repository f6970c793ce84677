package io.mirror.codec.zabbix;

import io.mirror.codec.zabbix.HostAvailabilityRow.State;
import io.mirror.core.access.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes rows out of collected members and says what is wrong with them, in the words of the daemons. */
final class RowMaker {
    private RowMaker() {}

    /** A row that cannot be made. Thrown and caught in here. */
    private static final class BadRow extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadRow(String problem) {
            super(problem, null, false, false);
        }
    }

    static void make(FieldsScope fields, MessageListener to) {
        try {
            switch (fields.section()) {
                case AVAILABILITY -> to.onAvailability(availability(fields));
                case HOST_AVAILABILITY -> to.onHostAvailability(hostAvailability(fields));
                case DISCOVERY -> to.onDiscovery(discovery(fields));
                case REGISTRATION -> to.onRegistration(registration(fields));
                case HOST_DATA ->
                    to.onHostData(new HostDataRow(
                            number(fields, "hostid"), (int) number(fields, "active_status"), fields.rest()));
                case TASKS -> to.onTask(task(fields));
                case HISTORY -> throw new IllegalStateException("history has a reader of its own");
            }
        } catch (BadRow e) {
            to.onRowProblem(new RowProblem(fields.section(), fields.index(), String.valueOf(e.getMessage())));
        }
    }

    private static void require(FieldsScope fields, String member) {
        if (!fields.has(member)) {
            throw new BadRow("cannot find pair with name \"" + member + "\"");
        }
    }

    private static long number(FieldsScope fields, String member) {
        require(fields, member);
        return fields.takeNumber(member).orElseThrow(() -> new BadRow(member + " is not a valid numeric"));
    }

    private static String text(FieldsScope fields, String member) {
        require(fields, member);
        return fields.take(member).orElse("");
    }

    private static int small(FieldsScope fields, String member, int absent) {
        if (!fields.has(member)) {
            return absent;
        }
        long number = number(fields, member);
        if (number != (int) number) {
            throw new BadRow(member + " is out of range");
        }
        return (int) number;
    }

    private static AvailabilityRow availability(FieldsScope fields) {
        if (!fields.has("available") && !fields.has("error")) {
            throw new BadRow("cannot find pair with name \"available\"");
        }
        long id = number(fields, "interfaceid");
        OptionalInt available =
                fields.has("available") ? OptionalInt.of(small(fields, "available", 0)) : OptionalInt.empty();
        return new AvailabilityRow(id, available, fields.take("error"), fields.rest());
    }

    private static HostAvailabilityRow hostAvailability(FieldsScope fields) {
        return new HostAvailabilityRow(
                number(fields, "hostid"),
                state(fields, ""),
                state(fields, "snmp_"),
                state(fields, "ipmi_"),
                state(fields, "jmx_"),
                fields.rest());
    }

    private static Optional<State> state(FieldsScope fields, String prefix) {
        if (!fields.has(prefix + "available")) {
            return Optional.empty();
        }
        return Optional.of(new State(
                small(fields, prefix + "available", 0),
                fields.take(prefix + "error").orElse("")));
    }

    private static DiscoveryRow discovery(FieldsScope fields) {
        long clock = number(fields, "clock");
        long rule = number(fields, "drule");
        boolean failedRule = fields.has("error");
        if (!failedRule) {
            require(fields, "dcheck");
            require(fields, "ip");
        }
        Optional<String> check = fields.take("dcheck");
        OptionalLong checkId = check.isEmpty() ? OptionalLong.empty() : Scalars.number(check.get());
        if (check.isPresent() && checkId.isEmpty()) {
            throw new BadRow("dcheck is not a valid numeric");
        }
        return new DiscoveryRow(
                clock,
                rule,
                checkId,
                fields.take("ip").orElse(""),
                fields.take("dns").orElse(""),
                small(fields, "port", 0),
                fields.take("value").orElse(""),
                small(fields, "status", 0),
                fields.take("error"),
                fields.rest());
    }

    private static RegistrationRow registration(FieldsScope fields) {
        long clock = number(fields, "clock");
        String host = text(fields, "host");
        int flags = small(fields, "flags", 0);
        if (flags != 2) {
            require(fields, "ip");
        }
        return new RegistrationRow(
                clock,
                host,
                fields.take("ip").orElse(""),
                fields.take("dns").orElse(""),
                small(fields, "port", RegistrationRow.DEFAULT_PORT),
                fields.take("host_metadata").orElse(""),
                flags,
                small(fields, "tls_accepted", 1),
                fields.rest());
    }

    /** A task that cannot be used is dropped by the daemons without a word; here it stays visible. */
    private static Task task(FieldsScope fields) {
        Map<String, String> all = fields.rest();
        Map<String, Secret> secrets = new LinkedHashMap<>(fields.secrets());
        try {
            long type = number(fields, "type");
            long clock = number(fields, "clock");
            long ttl = number(fields, "ttl");
            if (type == 2) {
                return command(clock, ttl, fields, secrets);
            }
            if (type == 3) {
                return new Task.CommandResult(
                        clock, ttl, (int) number(fields, "status"), text(fields, "info"), parent(fields));
            }
            if (type == 6) {
                return new Task.CheckNow(clock, ttl, number(fields, "itemid"));
            }
            if (type == 7) {
                return new Task.DataRequest(
                        clock, ttl, (int) number(fields, "datatype"), parent(fields), text(fields, "data"));
            }
            if (type == 8) {
                return new Task.DataResult(
                        clock, ttl, (int) number(fields, "status"), text(fields, "info"), parent(fields));
            }
            return new Task.UnknownTask(clock, ttl, "unknown type " + type, all, secrets);
        } catch (BadRow e) {
            return new Task.UnknownTask(
                    fields.takeNumber("clock").orElse(0),
                    fields.takeNumber("ttl").orElse(0),
                    String.valueOf(e.getMessage()),
                    all,
                    secrets);
        }
    }

    private static long parent(FieldsScope fields) {
        return number(fields, "parent_taskid");
    }

    private static Task command(long clock, long ttl, FieldsScope fields, Map<String, Secret> secrets) {
        for (String secret : new String[] {"password", "publickey", "privatekey"}) {
            if (!secrets.containsKey(secret)) {
                throw new BadRow("cannot find pair with name \"" + secret + "\"");
            }
        }
        return new Task.RemoteCommand(
                clock,
                ttl,
                (int) number(fields, "commandtype"),
                text(fields, "command"),
                (int) number(fields, "execute_on"),
                number(fields, "port"),
                (int) number(fields, "authtype"),
                text(fields, "username"),
                secret(secrets, "password"),
                secret(secrets, "publickey"),
                secret(secrets, "privatekey"),
                number(fields, "alertid"),
                parent(fields),
                number(fields, "hostid"));
    }

    private static Secret secret(Map<String, Secret> secrets, String name) {
        Secret secret = secrets.get(name);
        return secret == null ? Secret.of("") : secret;
    }
}
