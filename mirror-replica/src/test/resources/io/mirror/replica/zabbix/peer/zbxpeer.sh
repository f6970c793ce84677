#!/bin/bash
# Real Zabbix 6.0 peers on loopback, for interoperability tests.
# Usage: zbxpeer.sh COMMAND [ARGS]; see README.md. Needs root on Debian 12.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PKGROOT=${ZBXPEER_PKGROOT:-/opt/zbxpeer}   # where the proxy package is unpacked

die() { echo "zbxpeer: $*" >&2; exit 1; }
say() { echo "zbxpeer: $*"; }

pgbin() { local d; for d in /usr/lib/postgresql/*/bin; do [ -x "$d/initdb" ] && { echo "$d"; return; }; done; die "no PostgreSQL server found; run '$0 install'"; }

# --- install -----------------------------------------------------------------
cmd_install() {
  export DEBIAN_FRONTEND=noninteractive
  local need=()
  command -v zabbix_server  >/dev/null || need+=(zabbix-server-pgsql)
  command -v zabbix_agentd  >/dev/null || need+=(zabbix-agent)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql)
  command -v sqlite3 >/dev/null || need+=(sqlite3)
  command -v openssl >/dev/null || need+=(openssl)
  if [ ${#need[@]} -gt 0 ] || [ ! -x "$PKGROOT/usr/sbin/zabbix_proxy" ]; then
    apt-get update -qq
  fi
  if [ ${#need[@]} -gt 0 ]; then
    # keep the packages from starting their own services
    local stub=/usr/sbin/policy-rc.d made=
    if [ ! -e $stub ]; then printf '#!/bin/sh\nexit 101\n' > $stub; chmod 755 $stub; made=1; fi
    apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
    [ -z "$made" ] || rm -f $stub
  fi
  # The server and proxy packages exclude each other, so the proxy's files are
  # only unpacked, not installed. All libraries it needs came with the server.
  if [ ! -x "$PKGROOT/usr/sbin/zabbix_proxy" ]; then
    local tmp; tmp=$(mktemp -d); chmod 777 "$tmp"
    (cd "$tmp" && apt-get download -qq zabbix-proxy-sqlite3)
    mkdir -p "$PKGROOT"; dpkg-deb -x "$tmp"/zabbix-proxy-sqlite3_*.deb "$PKGROOT"; rm -rf "$tmp"
  fi
  say "server: $(zabbix_server -V | head -1); proxy: $("$PKGROOT"/usr/sbin/zabbix_proxy -V | head -1)"
}

# --- helpers over a running instance -------------------------------------------
load() { DIR=${1:?directory of the instance}; [ -f "$DIR/env" ] || die "$DIR is no instance"; . "$DIR/env"; }
psq()  { PGPASSWORD= psql -h 127.0.0.1 -p "$DB_PORT" -U zabbix -d zabbix -X -q -v ON_ERROR_STOP=1 "$@"; }

wait_port() { # port seconds
  local i; for ((i = 0; i < $2 * 10; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1
  done; return 1
}
wait_gone() { local i; for ((i = 0; i < 300; i++)); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done; return 1; }

# --- start -----------------------------------------------------------------------
cmd_start() {
  DIR=${1:?usage: start DIR [--option value ...]}; shift
  SERVER_PORT=23000 DB_PORT=23001 PASSIVE_PORT=23002      # trapper port, database, where the peer under test listens
  REAL_ACTIVE_PORT= REAL_PASSIVE_PORT= AGENT_PORT=        # empty: that daemon is not started
  REAL_PASSIVE_VIA= SERVER_VIA=                           # other ports to reach them by (a recording relay)
  TLS=0 DEBUG=3 SYNCERS=4 HISTORY_CACHE=64M CONFIG_FREQ=5 DATA_FREQ=1
  while [ $# -gt 0 ]; do case $1 in
    --server-port) SERVER_PORT=$2;;       --db-port) DB_PORT=$2;;
    --passive-port) PASSIVE_PORT=$2;;     --real-active-port) REAL_ACTIVE_PORT=$2;;
    --real-passive-port) REAL_PASSIVE_PORT=$2;; --agent-port) AGENT_PORT=$2;;
    --real-passive-via) REAL_PASSIVE_VIA=$2;;   --server-via) SERVER_VIA=$2;;
    --tls) TLS=$2;;  --debug) DEBUG=$2;;  --syncers) SYNCERS=$2;; --history-cache) HISTORY_CACHE=$2;;
    --config-frequency) CONFIG_FREQ=$2;;  --data-frequency) DATA_FREQ=$2;;
    *) die "unknown option $1";; esac; shift 2; done
  [ ! -e "$DIR/env" ] || die "$DIR is already an instance; stop it and remove it first"
  mkdir -p "$DIR"/{pg,run,log,tls}; chmod 755 "$DIR"; DIR=$(cd "$DIR" && pwd)
  runuser -u postgres -- test -x "$DIR" || die "user postgres cannot enter $DIR; choose a directory outside /root"
  chown postgres: "$DIR/pg"; chown zabbix: "$DIR/run" "$DIR/log" "$DIR/tls"
  local v; for v in DIR SERVER_PORT DB_PORT PASSIVE_PORT REAL_ACTIVE_PORT REAL_PASSIVE_PORT AGENT_PORT TLS; do
    printf '%s=%q\n' $v "${!v}"; done > "$DIR/env"

  # database: a private cluster that trusts loopback and never syncs to disk
  local B; B=$(pgbin)
  runuser -u postgres -- "$B/initdb" -D "$DIR/pg/data" -A trust -E UTF8 --locale=C.UTF-8 >"$DIR/log/initdb.log" 2>&1
  cat >> "$DIR/pg/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $DB_PORT
unix_socket_directories = '$DIR/pg'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 256MB
max_wal_size = 2GB
max_connections = 100
CONF
  runuser -u postgres -- "$B/postgres" -D "$DIR/pg/data" >"$DIR/log/postgres.log" 2>&1 & echo $! > "$DIR/run/postgres.pid"
  wait_port "$DB_PORT" 30 || die "PostgreSQL did not start: $(tail -3 "$DIR/log/postgres.log")"
  local i; for ((i = 0; i < 100; i++)); do psql -h 127.0.0.1 -p "$DB_PORT" -U postgres -qc 'select 1' >/dev/null 2>&1 && break; sleep 0.1; done
  psql -h 127.0.0.1 -p "$DB_PORT" -U postgres -qc 'create role zabbix login' -c 'create database zabbix owner zabbix'
  local S=/usr/share/zabbix-server-pgsql
  zcat $S/schema.sql.gz | psq >/dev/null
  zcat $S/images.sql.gz | psq >/dev/null; zcat $S/data.sql.gz | psq >/dev/null
  psq -f "$HERE/functions.sql" >/dev/null
  [ "$TLS" = 0 ] || make_tls
  psq -v passive_port="$PASSIVE_PORT" -v real_passive_port="${REAL_PASSIVE_VIA:-${REAL_PASSIVE_PORT:-0}}" \
      -v agent_port="${AGENT_PORT:-0}" -f "$HERE/fixtures.sql" >/dev/null

  cat > "$DIR/server.conf" <<CONF
ListenIP=127.0.0.1
ListenPort=$SERVER_PORT
DBHost=127.0.0.1
DBPort=$DB_PORT
DBName=zabbix
DBUser=zabbix
LogFile=$DIR/log/server.log
LogFileSize=0
PidFile=$DIR/run/zabbix_server.pid
SocketDir=$DIR/run
DebugLevel=$DEBUG
Timeout=4
CacheUpdateFrequency=2
ProxyConfigFrequency=$CONFIG_FREQ
ProxyDataFrequency=$DATA_FREQ
StartProxyPollers=2
StartPollers=1
StartPollersUnreachable=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartTrappers=5
StartDBSyncers=$SYNCERS
HistoryCacheSize=$HISTORY_CACHE
HistoryIndexCacheSize=16M
ValueCacheSize=32M
CacheSize=64M
StatsAllowedIP=127.0.0.1
CONF
  if [ "$TLS" = 1 ]; then cat >> "$DIR/server.conf" <<CONF
TLSCAFile=$DIR/tls/ca.crt
TLSCertFile=$DIR/tls/server.crt
TLSKeyFile=$DIR/tls/server.key
CONF
  fi
  zabbix_server -f -c "$DIR/server.conf" >"$DIR/log/server.out" 2>&1 & echo $! > "$DIR/run/server.pid"
  wait_port "$SERVER_PORT" 60 || die "server did not start: $(cat "$DIR/log/server.log" "$DIR/log/server.out" | tail -8)"

  [ -z "$AGENT_PORT" ] || start_agent
  [ -z "$REAL_ACTIVE_PORT" ]  || start_proxy real-active  "$REAL_ACTIVE_PORT"  0 "127.0.0.1:${SERVER_VIA:-$SERVER_PORT}"
  [ -z "$REAL_PASSIVE_PORT" ] || start_proxy real-passive "$REAL_PASSIVE_PORT" 1 "127.0.0.1"
  say "instance $DIR is up: server 127.0.0.1:$SERVER_PORT, database 127.0.0.1:$DB_PORT"
}

make_tls() { # a CA, a server and a proxy certificate, and a PSK of 32 bytes
  ( cd "$DIR/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 30 -subj '/O=Peer Test/CN=Peer CA' 2>/dev/null
    local n; for n in server proxy; do
      openssl req -newkey rsa:2048 -nodes -keyout $n.key -out $n.csr -subj "/O=Peer Test/CN=zbx-$n" 2>/dev/null
      openssl x509 -req -in $n.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out $n.crt 2>/dev/null
    done
    echo '1f87b595725ac58dd977beef14b97461a7c1045b9a1c963065002c5473194952' > proxy.psk
    chown zabbix: ./*; chmod 640 ./*.key proxy.psk )
}

start_proxy() { # name port mode server [kind of connection]
  local name=$1 port=$2 mode=$3 server=$4 kind=${5:-unencrypted} extra=
  if [ "$mode" = 0 ]; then extra="ConfigFrequency=5
DataSenderFrequency=1
HeartbeatFrequency=5"; fi
  cat > "$DIR/$name.conf" <<CONF
ProxyMode=$mode
Server=$server
Hostname=$name
ListenIP=127.0.0.1
ListenPort=$port
DBName=$DIR/run/$name.sqlite
LogFile=$DIR/log/$name.log
LogFileSize=0
PidFile=$DIR/run/zabbix_$name.pid
SocketDir=$DIR/run/$name.d
DebugLevel=$DEBUG
EnableRemoteCommands=1
LogRemoteCommands=1
StartPollers=1
StartPollersUnreachable=1
StartPingers=0
StartDiscoverers=1
StartHTTPPollers=0
StartDBSyncers=2
ProxyOfflineBuffer=1
Timeout=4
$extra
CONF
  case $kind in
    unencrypted) ;;
    psk) cat >> "$DIR/$name.conf" <<CONF
TLSConnect=psk
TLSAccept=psk
TLSPSKIdentity=mirror psk 1
TLSPSKFile=$DIR/tls/proxy.psk
CONF
    ;;
    cert) cat >> "$DIR/$name.conf" <<CONF
TLSConnect=cert
TLSAccept=cert
TLSCAFile=$DIR/tls/ca.crt
TLSCertFile=$DIR/tls/proxy.crt
TLSKeyFile=$DIR/tls/proxy.key
CONF
    ;;
    *) die "unknown kind of connection $kind";;
  esac
  mkdir -p "$DIR/run/$name.d"; chown zabbix: "$DIR/run/$name.d"
  "$PKGROOT/usr/sbin/zabbix_proxy" -f -c "$DIR/$name.conf" >"$DIR/log/$name.out" 2>&1 & echo $! > "$DIR/run/$name.pid"
  wait_port "$port" 30 || die "$name did not start: $(tail -5 "$DIR/log/$name.log")"
}

# A real proxy on its own, for testing a program in the server role:
# proxy DIR NAME active|passive PORT SERVER [unencrypted|psk|cert]
# (SERVER: address:port of the program, or its address for passive; psk and cert need "tls DIR" before)
cmd_proxy() {
  DIR=${1:?}; local name=${2:?} mode=${3:?} port=${4:?} server=${5:?} kind=${6:-unencrypted}
  mkdir -p "$DIR/run" "$DIR/log"; DIR=$(cd "$DIR" && pwd); chmod 755 "$DIR"; chown zabbix: "$DIR/run" "$DIR/log"
  DEBUG=${DEBUG:-3}; start_proxy "$name" "$port" "$([ "$mode" = passive ] && echo 1 || echo 0)" "$server" "$kind"
  say "proxy $name is up (pid $(cat "$DIR/run/$name.pid")); end it with: $0 proxy-stop $DIR $name"
}
cmd_proxy_stop() { stop_one "$1" "$2"; }
# keys and certificates for proxies on their own
cmd_tls() { mkdir -p "${1:?}/tls"; DIR=$(cd "$1" && pwd); chmod 755 "$DIR"; chown zabbix: "$DIR/tls"; make_tls; }
# a real agent on its own: agent DIR NAME PORT [SERVERACTIVE]
cmd_agent() {
  DIR=${1:?}; mkdir -p "$DIR/run" "$DIR/log"; DIR=$(cd "$DIR" && pwd); chmod 755 "$DIR"; chown zabbix: "$DIR/run" "$DIR/log"
  AGENT_NAME=${2:?} AGENT_PORT=${3:?} REAL_ACTIVE_PORT=${4:-}; start_agent; say "agent is up"
}

start_agent() {
  cat > "$DIR/agent.conf" <<CONF
Server=127.0.0.1
ServerActive=${REAL_ACTIVE_PORT:+127.0.0.1:$REAL_ACTIVE_PORT}
Hostname=${AGENT_NAME:-auto-host-1}
HostMetadata=peer fixture
ListenIP=127.0.0.1
ListenPort=$AGENT_PORT
LogFile=$DIR/log/agent.log
LogFileSize=0
PidFile=$DIR/run/zabbix_agentd.pid
RefreshActiveChecks=60
StartAgents=2
CONF
  [ -n "$REAL_ACTIVE_PORT" ] || sed -i '/^ServerActive=/d' "$DIR/agent.conf"
  zabbix_agentd -f -c "$DIR/agent.conf" >"$DIR/log/agent.out" 2>&1 & echo $! > "$DIR/run/agent.pid"
  wait_port "$AGENT_PORT" 20 || die "agent did not start"
}

# --- stop ------------------------------------------------------------------------
stop_one() { # DIR NAME: ends one daemon by the process id that was recorded when it started
  local d=$1 n=$2 p sig=TERM
  [ -f "$d/run/$n.pid" ] || return 0
  p=$(cat "$d/run/$n.pid")
  if [ "$n" = postgres ]; then sig=INT; p=$(head -1 "$d/pg/data/postmaster.pid" 2>/dev/null || echo "$p"); fi
  if kill -0 "$p" 2>/dev/null; then
    kill -$sig "$p" 2>/dev/null || true
    wait_gone "$p" || { say "$n ($p) did not end in 30 s; killing it"; kill -KILL "$p" 2>/dev/null || true; }
  fi
  rm -f "$d/run/$n.pid"
}
cmd_stop() { # every daemon of the instance, the database last
  local n; DIR=${1:?}; [ -d "$DIR/run" ] || die "$DIR is no instance"
  for n in "$DIR"/run/*.pid; do
    n=$(basename "$n" .pid); case $n in postgres|zabbix_*|'*') ;; *) stop_one "$DIR" "$n";; esac
  done
  stop_one "$DIR" postgres
  [ ! -f "$DIR/env" ] || mv "$DIR/env" "$DIR/env.stopped"
  say "instance $DIR is down"
}

# --- fixtures and queries ---------------------------------------------------------
cmd_sql()       { load "$1"; shift; psq -At -F '|' -c "$*"; }
cmd_add_proxy() { load "$1"; psq -At -c "select peer_add_proxy('$2','$3',${4:-0})"; cmd_reload "$DIR"; }      # NAME active|passive [PORT]
cmd_add_host()  { load "$1"; psq -At -c "select peer_add_host('$2','$3')"; cmd_reload "$DIR"; }               # HOST PROXY
cmd_add_items() { load "$1"; psq -At -c "select peer_add_items('$2','$3','$4',${5:-1})"; cmd_reload "$DIR"; } # HOST KEY TYPE [COUNT]
cmd_reload()    { load "$1"; sleep 2.5; }   # the server re-reads its configuration every 2 s
cmd_items()     { load "$1"; psq -At -F '|' -c "select itemid,host,key_,value_type,proxy from peer_items where host like '${2:-%}' order by itemid"; }
cmd_history()   { load "$1"; psq -At -F '|' -c "select itemid,host,key_,clock,ns,value from peer_history where host like '${2:-%}' and key_ like '${3:-%}' order by clock,ns,itemid limit ${4:-1000}"; }
cmd_count()     { load "$1"; psq -At -c "select count(*) from peer_history where host like '${2:-%}' and key_ like '${3:-%}'"; }
cmd_proxies()   { load "$1"; psq -At -F '|' -c "select hostid,host,case status when 5 then 'active' else 'passive' end,lastaccess,auto_compress from hosts where status in (5,6) order by 1"; }
cmd_autoreg()   { load "$1"; psq -At -F '|' -c "select a.host,a.listen_ip,a.listen_dns,a.listen_port,a.host_metadata,a.flags,a.tls_accepted,p.host from autoreg_host a left join hosts p on p.hostid=a.proxy_hostid order by 1"; }
cmd_states()    { load "$1"; psq -At -F '|' -c "select i.itemid,h.host,i.key_,r.state,r.error from items i join hosts h using(hostid) join item_rtdata r using(itemid) where h.host like '${2:-%}' and h.status=0 and r.state=1 order by 1"; }
cmd_interfaces(){ load "$1"; psq -At -F '|' -c "select i.interfaceid,h.host,i.available,i.error from interface i join hosts h using(hostid) where h.host like '${2:-%}' and h.status=0 order by 1"; }
cmd_drules()    { load "$1"; psq -At -F '|' -c "select r.druleid,c.dcheckid,c.type,r.name,p.host from drules r join dchecks c using(druleid) join hosts p on p.hostid=r.proxy_hostid order by 1,2"; }
cmd_discovery() { load "$1"; psq -At -F '|' -c "select d.druleid,s.dcheckid,s.ip,s.dns,s.port,s.value,s.status from dhosts d join dservices s using(dhostid) order by 1,2,3"; }
cmd_hosts()     { load "$1"; psq -At -F '|' -c "select h.hostid,h.host,h.status,p.host from hosts h left join hosts p on p.hostid=h.proxy_hostid where h.status in (0,1) and h.flags=0 order by 1"; }
cmd_command()   { load "$1"; psq -At -c "select peer_remote_command('$2','$3','$4')"; }                      # PROXY HOST COMMAND -> task id
cmd_check_now() { load "$1"; psq -At -c "select peer_check_now('$2',$3)"; }                                 # PROXY ITEMID -> task id
cmd_results()   { load "$1"; psq -At -F '|' -c "select t.taskid,t.type,t.status,r.parent_taskid,r.status,r.info from task t join task_remote_command_result r using(taskid) order by 1"; }
cmd_tasks()     { load "$1"; psq -At -F '|' -c "select taskid,type,status,clock,ttl,proxy_hostid from task order by 1"; }

case ${1:-help} in
  install|start|stop|proxy|tls|agent|sql|items|history|count|proxies|autoreg|drules|discovery|hosts|states|interfaces|command|results|tasks|reload) c=$1; shift; "cmd_$c" "$@";;
  add-proxy|add-host|add-items|check-now|proxy-stop) c=${1//-/_}; shift; "cmd_$c" "$@";;
  *) sed -n '2,3p' "$0"; grep -oE '^cmd_[a-z_]+' "$0" | sed 's/cmd_/  /; s/_/-/' ;;
esac
