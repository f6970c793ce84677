#!/usr/bin/env bash
# Side by side, in one run: how fast the backlog of a proxy drains when its server is back. Zabbix's own proxy and ours to
# Zabbix's server and its database, and ours to ours. Needs root, examples/target (mvn -Dquick -DskipTests -pl examples -am
# package) and the Debian packages zabbix-server-pgsql, postgresql and socat; the first two are installed if they are absent.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..
examples=$root/examples/target
peer=$root/mirror-replica/src/test/resources/io/mirror/replica/zabbix/peer/zbxpeer.sh
export PATH="$PATH:/usr/sbin:/sbin"
if [ "$(id -u)" != 0 ]; then echo "left out: the daemons of Zabbix are set up as root" && exit; fi
base=${BASE_PORT:-23700}
values=${VALUES:-100000}
items=100
server=$base database=$((base + 1)) trapper=$((base + 2)) way=$((base + 3)) ours=$((base + 4)) way_to_ours=$((base + 5))
# The daemons run as users of their own and have to reach it.
work=$(mktemp -d /var/tmp/zabbix.XXXXXX)
chmod 755 "$work"
running=()
relay=
end() {
    for pid in "${running[@]}" $relay; do kill "$pid" 2>/dev/null || true; done
    "$peer" stop "$work/peer" >/dev/null 2>&1 || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
mirror() { exec java ${MIRROR_JAVA_OPTS:-} -cp "$examples/mirror-examples-0.1.0-SNAPSHOT.jar:$examples/lib/*" \
    io.mirror.examples.command.MirrorCommand "$@"; }
connected() { # PORT PORT: the way from a proxy to a server
    socat "TCP-LISTEN:$1,bind=127.0.0.1,reuseaddr,fork" "TCP:127.0.0.1:$2" 2>/dev/null & relay=$!
}
cut_off() { kill "$relay" && wait "$relay" 2>/dev/null || relay=; }
until_there() { # COUNT COMMAND...: until COMMAND says COUNT
    local wanted=$1 deadline=$((SECONDS + 300))
    shift
    while [ "$("$@")" -lt "$wanted" ]; do
        if [ "$SECONDS" -gt "$deadline" ]; then echo "only $("$@") of $wanted values arrived" >&2 && return 1; fi
    done
}
# NAME COMMAND...: how long the values take that wait; one has arrived before, and COMMAND counts what has arrived
drain() {
    local name=$1 began first
    shift
    began=$(date +%s%N)
    "$opened" # the way is open again
    until_there 2 "$@"
    first=$(date +%s%N)
    until_there $((values + 1)) "$@"
    awk -v n="$values" -v name="$name" -v first=$((first - began)) -v all=$(($(date +%s%N) - began)) 'BEGIN {
        printf "%-26s %7d values %9.0f values/s %8.3f s to the first, %8.3f s to the last\n", name, n, n / (all / 1e9), first / 1e9, all / 1e9 }'
}
rows() { # HOST: how many values it has in the database
    psql -h 127.0.0.1 -p "$database" -U zabbix -d zabbix -XAtqc \
        "select count(*) from history where itemid in (select itemid from items join hosts using (hostid) where host = '$1')"
}

"$peer" install >/dev/null
java -version 2>&1 | sed -n 2p
zabbix_server -V | sed -n 1p
javac -d "$work" "$here/Values.java"
values_of() { java -cp "$work" Values "$@"; }

to_zabbix() { connected "$way" "$server"; }
to_zabbix
"$peer" start "$work/peer" --server-port "$server" --db-port "$database" --real-active-port "$trapper" \
    --server-via "$way" --history-cache 256M >/dev/null
for host in host-real-active host-mirror-active; do "$peer" add-items "$work/peer" "$host" load float "$items" >/dev/null; done

# The first value is refused until the proxy has asked for its configuration again.
until values_of trapper host-real-active "$items" 1 "$trapper" 2>/dev/null; do :; done
until_there 1 rows host-real-active
cut_off
values_of trapper host-real-active "$items" "$values" "$trapper"
opened=to_zabbix
drain 'zabbix to zabbix' rows host-real-active

mirror_proxy() { # NAME PORT
    mkfifo "$work/$1.values"
    printf 'Server=127.0.0.1:%s\nHostname=%s\nDBName=%s\n' "$2" mirror-active "$work/$1.buffer" >"$work/$1.conf"
    mirror zabbix proxy --config "$work/$1.conf" <"$work/$1.values" >"$work/$1.log" 2>&1 & running+=($!)
}
mirror_proxy to-zabbix "$way"
exec 5>"$work/to-zabbix.values"
values_of lines host-mirror-active "$items" 1 >&5
until_there 1 rows host-mirror-active
cut_off
values_of lines host-mirror-active "$items" "$values" >&5
exec 5>&-
drain 'mirror to zabbix' rows host-mirror-active
cut_off

cat >"$work/server.json" <<EOF
{"listen": "127.0.0.1:$ours", "proxies": [{"name": "mirror-active", "mode": "active"}],
 "hosts": [{"host": "host-mirror-active", "proxy": "mirror-active", "items": [$(
    for i in $(seq "$items"); do printf '%s{"key": "load[%d]", "type": "float"}' "$([ "$i" = 1 ] || echo ,)" "$i"; done)]}]}
EOF
mirror zabbix server --config "$work/server.json" >"$work/received" 2>"$work/server.log" & running+=($!)
lines() { wc -l <"$work/received"; }
to_mirror() { connected "$way_to_ours" "$ours"; }
to_mirror
mirror_proxy to-mirror "$way_to_ours"
exec 5>"$work/to-mirror.values"
values_of lines host-mirror-active "$items" 1 >&5
until_there 1 lines
cut_off
values_of lines host-mirror-active "$items" "$values" >&5
exec 5>&-
opened=to_mirror
drain 'mirror to mirror' lines
