#!/usr/bin/env bash
# Side by side, in one run: GET and PUT of the same files with curl, from and to nginx and a node of ours, plain HTTP over
# loopback. Needs examples/target (mvn -Dquick -DskipTests -pl examples -am package), curl, and nginx with its WebDAV
# module (Debian: nginx-light). MEGABYTES is the size of the large file, SMALL how many small ones of 4 KiB there are,
# ROUNDS how often each transfer is made; the best round counts. The files are in TMPDIR, /tmp by default: with /dev/shm
# there is no disk, and forcing costs nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
examples=$here/../../../examples/target
export PATH="$PATH:/usr/sbin:/sbin"
work=$(mktemp -d "${TMPDIR:-/tmp}/mirror-scsp.XXXXXX")
base=${BASE_PORT:-23500}
megabytes=${MEGABYTES:-512}
small=${SMALL:-2000}
rounds=${ROUNDS:-5}
running=()
end() {
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
listening() { # PORT
    for _ in $(seq 300); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}
for program in curl nginx; do
    command -v "$program" >/dev/null || { echo "$program is not installed" >&2; exit 1; }
done

mkdir -p "$work/www/photos" "$work/tmp"
chmod -R a+rwX "$work"
user=$([ "$(id -u)" = 0 ] && echo 'user root;' || true)
cat >"$work/nginx.conf" <<CONF
$user
daemon off;
worker_processes 2;
pid $work/nginx.pid;
events {}
http {
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_max_body_size 0;
    client_body_temp_path $work/tmp/body;
    proxy_temp_path $work/tmp/proxy;
    fastcgi_temp_path $work/tmp/fastcgi;
    uwsgi_temp_path $work/tmp/uwsgi;
    scgi_temp_path $work/tmp/scgi;
    server {
        listen 127.0.0.1:$base;
        root $work/www;
        location / { dav_methods PUT; create_full_put_path on; }
    }
}
CONF
nginx -e "$work/nginx.log" -p "$work" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 & running+=($!)
(umask 077; echo admin:secret >"$work/admins")
java ${MIRROR_JAVA_OPTS:-} -cp "$examples/mirror-examples-0.1.0-SNAPSHOT.jar:$examples/lib/*" \
    io.mirror.examples.command.MirrorCommand scsp node --port $((base + 1)) --cluster bench --data "$work/store" \
    --admins "$work/admins" --context example.com/photos >"$work/node.log" 2>&1 & running+=($!)
listening "$base"
listening $((base + 1))

head -c $((megabytes << 20)) /dev/urandom >"$work/large"
mkdir "$work/small"
for i in $(seq "$small"); do head -c 4096 /dev/urandom >"$work/small/$i"; done

nginx=http://127.0.0.1:$base
ours=http://127.0.0.1:$((base + 1))
seconds() { awk -v n="$1" 'BEGIN { printf "%.4f\n", n / 1e9 }'; }
# METHOD URL [FILE]: seconds of one transfer, and of forcing the file to the disk if one is named
once() {
    local start
    start=$(date +%s%N)
    if [ "$1" = PUT ]; then
        curl -sS -f -o /dev/null -H 'Expect:' -T "$work/large" "$2"
        [ -z "${3:-}" ] || sync "$3"
    else
        curl -sS -f -o /dev/null "$2"
    fi
    seconds $(($(date +%s%N) - start))
}
best() { # METHOD URL [FILE]
    for _ in $(seq "$rounds"); do once "$@"; done | sort -n | head -1
}
# METHOD URL-PREFIX URL-SUFFIX [FILE-PREFIX]: seconds of all small files over one connection
many() {
    for i in $(seq "$small"); do
        [ "$1" = PUT ] && printf 'upload-file = "%s"\n' "$work/small/$i"
        printf 'url = "%s%s%s"\noutput = /dev/null\n' "$2" "$i" "$3"
    done >"$work/list"
    local start
    start=$(date +%s%N)
    curl -sS -f -H 'Expect:' -K "$work/list"
    [ -z "${4:-}" ] || sync "$4"*
    seconds $(($(date +%s%N) - start))
}
best_of_many() { # as many
    for _ in $(seq "$rounds"); do many "$@"; done | sort -n | head -1
}
row() { # NAME NGINX-SECONDS OUR-SECONDS AMOUNT UNIT
    awk -v name="$1" -v a="$2" -v b="$3" -v n="$4" -v unit="$5" \
        'BEGIN { printf "%-26s %9.0f %9.0f %8.2f  %s\n", name, n / a, n / b, a / b, unit }'
}
java -version 2>&1 | sed -n 2p
printf '%-26s %9s %9s %8s\n' transfer nginx mirror ratio
files=$work/www/photos
put=$(best PUT "$ours/photos/large?putcreate=yes")
row "PUT $megabytes MiB" "$(best PUT "$nginx/photos/large")" "$put" "$megabytes" MiB/s
row "PUT $megabytes MiB, forced" "$(best PUT "$nginx/photos/large" "$files/large")" "$put" "$megabytes" MiB/s
row "GET $megabytes MiB" "$(best GET "$nginx/photos/large")" "$(best GET "$ours/photos/large")" "$megabytes" MiB/s
put=$(best_of_many PUT "$ours/photos/s" '?putcreate=yes')
row "PUT $small x 4 KiB" "$(best_of_many PUT "$nginx/photos/s" '')" "$put" "$small" /s
row "PUT $small x 4 KiB, forced" "$(best_of_many PUT "$nginx/photos/s" '' "$files/s")" "$put" "$small" /s
row "the disk alone, 4 KiB" "$(java "$here/ForcedWrites.java" "$work/disk" "$small")" "$put" "$small" /s
row "GET $small x 4 KiB" "$(best_of_many GET "$nginx/photos/s" '')" "$(best_of_many GET "$ours/photos/s" '')" "$small" /s
