#!/usr/bin/env bash
# Points from one process to others over loopback, links of this library beside NATS, Redis and mosquitto, and beside
# plain loopback. Needs target/benchmarks.jar (mvn -Dquick -DskipTests package). As root the Debian packages nats-server,
# redis-server, mosquitto and openssl are installed if they are missing; what is missing then is left out and named.
#
# usage: run.sh [FOLDER]     the results go to FOLDER, a file for each run; a run whose file is there is not repeated
#
# ROUNDS=3       times that everything is run, one after the other
# MEASURE=5000   milliseconds that are measured, WARM=5000 milliseconds before
# ONLY=PATTERN   runs whose name matches, such as 'mirror-bin1-*'; links to ten receivers end in -10, -slow is the same
#                with one of them slow
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/../../target/benchmarks.jar
results=${1:-$here/../../target/compare/points}
rounds=${ROUNDS:-3}
only=${ONLY:-*}
base=${BASE_PORT:-23600}
rates=${RATES-1000 10000 100000}
export PATH="$PATH:/usr/sbin:/sbin"
work=$(mktemp -d)
mkdir -p "$results"
running=()
stop() { # PID...
    for pid in "$@"; do kill "$pid" 2>/dev/null || true; done
    for pid in "$@"; do wait "$pid" 2>/dev/null || true; done
}
end() {
    stop "${running[@]}"
    rm -rf "$work"
}
trap end EXIT
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    for package in nats-server redis-server mosquitto openssl; do
        dpkg -s "$package" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 || true
    done
fi
have() { command -v "$1" >/dev/null 2>&1 || { echo "left out: $1 is not installed" >&2; return 1; }; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
chmod 600 "$work/key.pem"
# shellcheck disable=SC2206
java=("${JAVA:-java}" -Xms512m -Xmx2g "-Dwarm=${WARM:-5000}" "-Dmeasure=${MEASURE:-5000}" "-Dcert=$work/cert.pem"
    "-Dkey=$work/key.pem" ${MIRROR_JAVA_OPTS:-} -cp "$jar")
listening() { # PORT
    for _ in $(seq 150); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}
said() { # PATTERN FILE: waits until the process that writes the file says so
    for _ in $(seq 600); do
        if grep -q "$1" "$2" 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "waited for '$1' in vain: $(cat "$2")" >&2
    return 1
}
serve() { # PORT LOG COMMAND...: starts a server and waits until it listens; its process is $server
    local port=$1 log=$2
    shift 2
    "$@" >"$log" 2>&1 &
    server=$!
    running+=("$server")
    listening "$port"
}
wanted() { # NAME
    # shellcheck disable=SC2053
    [[ $1 == $only ]] && [ ! -s "$results/$round-$1.json" ]
}
keep() { # NAME: the findings among what was printed, and their order
    grep -qxF "$1" "$results/order" 2>/dev/null || echo "$1" >>"$results/order"
    grep '^{' "$work/out" >"$results/$round-$1.json" || { echo "$1 found nothing: $(tail -3 "$work/out")" >&2; rm -f "$results/$round-$1.json"; }
    sed "s/^/$round $1 /" "$results/$round-$1.json" 2>/dev/null || true
}
feed() { # NAME ROAD PORTS RECEIVERS SLOW RATE...
    local name=$1 road=$2 ports=$3 receivers=$4 slow=$5
    wanted "$name" || return 0
    shift 5
    : >"$work/out"
    "${java[@]}" ${SENDER_JAVA_OPTS:-} io.mirror.benchmarks.feed.Feed "$road" "$ports" "$receivers" "$slow" "$((base + 9))" "$@" >"$work/out" 2>&1 &
    local sender=$!
    running+=("$sender")
    if said ^ready "$work/out"; then
        "${java[@]}" ${RECEIVER_JAVA_OPTS:-} io.mirror.benchmarks.feed.Receivers "$road" "$ports" "$receivers" "$slow" "$((base + 9))" \
            >"$work/receivers" 2>&1 &
        local there=$!
        running+=("$there")
        wait "$sender" || cat "$work/receivers" >&2
        stop "$there"
    fi
    keep "$name"
}
links() { # ENCODING CARRIER
    # shellcheck disable=SC2086
    feed "mirror-$1-$2" "mirror-$1-$2" "$base" 1 0 0 $rates
}
broker() { # NAME PORT: through a server that runs, to one receiver and to ten
    # shellcheck disable=SC2086
    feed "$1" "$1" "$2" 1 0 0 $rates
    feed "$1-10" "$1" "$2" 10 0 0
}
for round in $(seq "$rounds"); do
    # What a target compares runs one after the other: the speed of a machine may change within minutes.
    links bin1 tcp
    links bin1 tls
    if wanted loopback; then
        bytes=$(sed -n 's/.*"bytes\/point":\([0-9.e+]*\).*/\1/p' "$results"/*-mirror-bin1-tcp.json 2>/dev/null | head -1) || true
        : >"$work/out"
        "${java[@]}" io.mirror.benchmarks.feed.Loopback take "$base" >"$work/out" 2>&1 &
        running+=($!)
        said ^ready "$work/out"
        "${java[@]}" io.mirror.benchmarks.feed.Loopback give "$base" "${bytes:-30}" >"$work/out" 2>&1 || true
        keep loopback
    fi
    feed bare-bin1 bare-bin1 "$base" 1 0 0
    if { wanted nats || wanted nats-10; } && have nats-server; then
        serve "$((base + 1))" "$work/log" nats-server -a 127.0.0.1 -p "$((base + 1))"
        broker nats "$((base + 1))"
        stop "$server"
    fi
    if wanted echo; then
        : >"$work/out"
        "${java[@]}" io.mirror.benchmarks.feed.Echo serve "$base" >"$work/out" 2>&1 &
        server=$!
        running+=("$server")
        said ^ready "$work/out"
        # shellcheck disable=SC2086
        "${java[@]}" io.mirror.benchmarks.feed.Echo measure "$base" $rates >"$work/out" 2>&1 || true
        stop "$server"
        keep echo
    fi
    links text tcp
    links text tls
    links bin1 ws
    links text ws
    feed mirror-bin1-tcp-10 mirror-bin1-tcp "$base" 10 0 0
    feed mirror-bin1-tcp-slow mirror-bin1-tcp "$base" 10 1 0
    feed mirror-text-tcp-10 mirror-text-tcp "$base" 10 0 0

    if { wanted redis || wanted redis-10; } && have redis-server; then
        serve "$((base + 2))" "$work/log" redis-server --bind 127.0.0.1 --port "$((base + 2))" --save '' \
            --appendonly no --dir "$work" --client-output-buffer-limit 'pubsub 0 0 0'
        broker redis "$((base + 2))"
        stop "$server"
    fi
    if { wanted mosquitto || wanted mosquitto-10 || wanted bridge; } && have mosquitto; then
        far=$((base + 4))
        printf 'listener %s 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n' "$far" \
            >"$work/far.conf"
        printf 'listener %s 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n%s\n%s\n%s\n' \
            "$((base + 3))" 'connection bridge' "address 127.0.0.1:$far" 'topic # out 0' >"$work/near.conf"
        serve "$far" "$work/far.log" mosquitto -c "$work/far.conf"
        there=$server
        broker mosquitto "$far"
        serve "$((base + 3))" "$work/log" mosquitto -c "$work/near.conf"
        said 'as [^ ]*\.bridge ' "$work/far.log"
        # shellcheck disable=SC2086
        feed bridge bridge "$((base + 3)),$far" 1 0 0 $rates
        stop "$server" "$there"
    fi
done
