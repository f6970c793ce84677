package io.mirror.codec.zabbix;

import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;

/** What a scope has against its input. The reader, which knows where that stands, makes an exception for the host of it. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final String detail;

    Refusal(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    ZabbixDecodeException at(long offset) {
        return new ZabbixDecodeException(reason, offset, detail);
    }
}
