#!/usr/bin/env bash
# Side by side, in one run: direct loopback, two plain relays (socat), ssh -L, haproxy in TCP mode, Netty's HTTP/2, and
# our tunnel, plain and with TLS. Needs examples/target and the benchmarks (mvn -Dquick -DskipTests
# -pl examples,mirror-benchmarks -am package) and, for each peer that is to take part, its Debian package: socat,
# openssh-server and openssh-client, haproxy, openssl. As root missing packages are installed first; what is missing then
# is left out and named. PROFILE=FILE.jfr records the plain tunnel's connector.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
examples=$here/../../../examples/target
benchmarks=$here/../../target/benchmarks.jar
export PATH="$PATH:/usr/sbin:/sbin"
work=$(mktemp -d)
base=${BASE_PORT:-23400}
seconds=${SECONDS_EACH:-5}
warm=${SECONDS_WARM:-8}
running=()
end() {
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
start() { "$@" >"$work/log.${#running[@]}" 2>&1 & running+=($!); }
listening() { # PORT
    for _ in $(seq 150); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    for package in socat openssh-server openssh-client haproxy openssl; do
        dpkg -s "$package" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 || true
    done
fi
have() { command -v "$1" >/dev/null 2>&1 || { echo "left out: $1 is not installed (package $2)"; return 1; }; }
measure() { # NAME PORT [PID...]
    listening "$2" && java -Dseconds="$seconds" -Dwarm="$warm" -cp "$work" Load measure "$@" || echo "$1 failed"
}
mirror() { exec java ${MIRROR_JAVA_OPTS:-} -cp "$examples/mirror-examples-0.1.0-SNAPSHOT.jar:$examples/lib/*" \
    io.mirror.examples.command.MirrorCommand "$@"; }

javac -d "$work" "$here/Load.java"
server=$base
start java -cp "$work" Load serve "$server"
listening "$server"
java -version 2>&1 | sed -n 2p
printf '%-16s %9s %9s %9s %8s %8s %8s %8s\n' path 'MB/s x1' 'MB/s x4' opens/s rtt p99 'rtt+' 'p99+'
measure direct "$server"

if have socat socat; then
    start socat "TCP-LISTEN:$((base + 1)),bind=127.0.0.1,reuseaddr,fork,nodelay" "TCP:127.0.0.1:$((base + 2)),nodelay"
    start socat "TCP-LISTEN:$((base + 2)),bind=127.0.0.1,reuseaddr,fork,nodelay" "TCP:127.0.0.1:$server,nodelay"
    listening $((base + 2))
    measure 'socat, two' $((base + 1))
fi
if have haproxy haproxy; then
    cat >"$work/haproxy.cfg" <<EOF
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen path
  bind 127.0.0.1:$((base + 3))
  server far 127.0.0.1:$server
EOF
    start haproxy -db -f "$work/haproxy.cfg"
    measure haproxy $((base + 3))
fi
if have sshd openssh-server && have ssh openssh-client; then
    # Its privilege separation wants the directory that its own unit would make.
    [ -d /run/sshd ] || mkdir -p /run/sshd 2>/dev/null || true
    ssh-keygen -q -t ed25519 -N '' -f "$work/host"
    ssh-keygen -q -t ed25519 -N '' -f "$work/user"
    cp "$work/user.pub" "$work/authorized"
    start "$(command -v sshd)" -D -f /dev/null -h "$work/host" -p $((base + 4)) -o ListenAddress=127.0.0.1 \
        -o AuthorizedKeysFile="$work/authorized" -o StrictModes=no -o PidFile=none -o UsePAM=no
    listening $((base + 4))
    start ssh -N -p $((base + 4)) -i "$work/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -L "127.0.0.1:$((base + 5)):127.0.0.1:$server" "$(id -un)@127.0.0.1"
    measure 'ssh -L' $((base + 5))
fi

if [ -f "$benchmarks" ]; then
    start java -cp "$benchmarks" io.mirror.benchmarks.tunnel.Http2Tunnel exit $((base + 10)) "$server"
    exit=${running[-1]}
    listening $((base + 10))
    start java -cp "$benchmarks" io.mirror.benchmarks.tunnel.Http2Tunnel entry $((base + 11)) $((base + 10))
    measure 'Netty HTTP/2' $((base + 11)) "$exit" "${running[-1]}"
else
    echo "left out: Netty HTTP/2 (mvn -Dquick -DskipTests -pl mirror-benchmarks -am package makes it)"
fi

start mirror tunnel SERVER=sockmux "-P127.0.0.1:$((base + 6))" "DEST=127.0.0.1:$server" --extensions
exit=${running[-1]}
if [ -n "${PROFILE:-}" ]; then MIRROR_JAVA_OPTS="-XX:StartFlightRecording:filename=$PROFILE,settings=profile"; fi
start mirror tunnel "SERVER=sockmux://127.0.0.1:$((base + 6))" "PORT=$((base + 7))" --extensions
MIRROR_JAVA_OPTS=
measure 'mirror' $((base + 7)) "$exit" "${running[-1]}"
if have openssl openssl; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
    start mirror tunnel SERVER=sockmux "-P127.0.0.1:$((base + 8))" "DEST=127.0.0.1:$server" --extensions \
        --tls --cert "$work/cert.pem" --key "$work/key.pem"
    exit=${running[-1]}
    start mirror tunnel "SERVER=sockmux://localhost:$((base + 8))" "PORT=$((base + 9))" --extensions \
        --tls --ca "$work/cert.pem"
    measure 'mirror, TLS' $((base + 9)) "$exit" "${running[-1]}"
fi
