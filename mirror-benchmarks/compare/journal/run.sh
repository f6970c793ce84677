#!/usr/bin/env bash
# Side by side, in one run: bin/ssl with httpGate and lib/replica.l, our sender and receiver with fsync at both ends, and
# what openssl s_client copies to openssl s_server. Needs examples/target (mvn -Dquick -DskipTests -pl examples -am
# package), and the Debian packages picolisp and openssl for what is to be compared with. What is missing is left out.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..
examples=$root/examples/target
peer=$root/mirror-replica/src/test/resources/io/mirror/replica/journal/peer/peer.sh
work=$(mktemp -d "${WORK_DIR:-${TMPDIR:-/tmp}}/journal.XXXXXX")
base=${BASE_PORT:-23600}
commits=${COMMITS:-1000}
original_commits=${ORIGINAL_COMMITS:-20}
mebibytes=${MEBIBYTES:-256}
running=()
end() {
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    if [ -d "$work/o" ]; then sh "$peer" stop "$work/os" "$work/o" >/dev/null 2>&1 || true; fi
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
start() { "$@" >"$work/log.${#running[@]}" 2>&1 & running+=($!); }
listening() { # PORT
    for _ in $(seq 300); do
        if (exec 3<>"/dev/tcp/localhost/$1") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}
have() { command -v "$1" >/dev/null 2>&1 || { echo "left out: $1 is not installed (package $2)"; return 1; }; }
feed() { java "$here/Feed.java" "$@"; }
mirror() { exec java ${MIRROR_JAVA_OPTS:-} -cp "$examples/mirror-examples-0.1.0-SNAPSHOT.jar:$examples/lib/*" \
    io.mirror.examples.command.MirrorCommand "$@"; }

java -version 2>&1 | sed -n 2p
(umask 077; head -c 30 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/key"; echo >>"$work/key")
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/tls.key" -out "$work/tls.pem" 2>/dev/null
feed make "$work/large" "$mebibytes"

if have openssl openssl; then
    mkfifo "$work/hold"
    sleep 1000 >"$work/hold" & running+=($!)
    bytes=$(stat -c %s "$work/large")
    raw() { # PORT NAME COMMAND...: until all that was sent went through COMMAND
        local port=$1 name=$2 began
        shift 2
        rm -f "$work/done"
        # The server ends with its input, so it gets one that does not end.
        openssl s_server -quiet -accept "$port" -cert "$work/tls.pem" -key "$work/tls.key" <"$work/hold" 2>/dev/null \
            > >(head -c "$bytes" | "$@" >"$work/copied" 2>&1 && touch "$work/done") & running+=($!)
        for _ in $(seq 100); do # until the server is there
            began=$(date +%s%N)
            openssl s_client -quiet -nocommands -no_ign_eof -connect "localhost:$port" <"$work/large" >/dev/null 2>&1 && break
            sleep 0.1
        done
        for _ in $(seq 2000); do [ -e "$work/done" ] && break; sleep 0.01; done
        [ -e "$work/done" ] || { echo "openssl s_client did not deliver $bytes bytes"; return; }
        awk -v n="$mebibytes" -v name="$name" -v ns=$(($(date +%s%N) - began)) 'BEGIN { printf "%-16s one stream    %6d MiB      %10.1f MiB/s      %.3f s\n", name, n, n / (ns / 1e9), ns / 1e9 }'
    }
    raw $((base + 4)) "openssl s_client" wc -c
    raw $((base + 5)) "openssl, forced" dd of="$work/forced" bs=1M iflag=fullblock conv=fsync
    rm -f "$work/forced"
fi

if have picolisp picolisp; then
    sh "$peer" receiver "$work/o" $((base + 1)) $((base + 2)) "$work/key" >/dev/null
    : >"$work/o.jnl"
    mkdir -p "$work/o.blob"
    SSL_CERT_FILE="$work/o/cert.pem" sh "$peer" sender "$work/os" localhost $((base + 1)) "$((base + 2))/!replica" \
        "$work/key" "$work/o.jnl" "$work/o.blob/" 1 >/dev/null
    feed each bin/ssl "$work/o.jnl" - "$original_commits"
    feed burst bin/ssl "$work/o.jnl" - "$commits"
    cp "$work/large" "$work/copy"
    feed large bin/ssl "$work/o.jnl" - "$work/copy"
fi

start mirror journal receive --listen $((base + 3)) --key-file "$work/key" --dir "$work/m" --shift 3 --shift 4 \
    --reserve 0 --tls-cert "$work/tls.pem" --tls-key "$work/tls.key"
listening $((base + 3))
: >"$work/m.jnl"
mkdir -p "$work/m.blob"
start mirror journal send --trust "$work/tls.pem" --reserve 0 localhost $((base + 3)) '!replica' "$work/key" \
    "$work/m.jnl" "$work/m.blob/" 1
for _ in $(seq 300); do [ -d "$work/m.jnl.spool" ] && break; sleep 0.1; done
feed each 'mirror, cold' "$work/m.jnl" "$work/m.jnl.spool" 100
feed each mirror "$work/m.jnl" "$work/m.jnl.spool" "$commits"
feed burst mirror "$work/m.jnl" "$work/m.jnl.spool" "$commits"
applied() { while find "$work/m" -name '*.piece' | grep -q .; do sleep 0.1; done; }
# The first one is interpreted code in part; what a service does for years is what comes after it.
for name in 'mirror, cold' mirror mirror mirror mirror; do
    applied
    cp "$work/large" "$work/copy"
    sync
    feed large "$name" "$work/m.jnl" "$work/m.jnl.spool" "$work/copy"
done
