#!/usr/bin/env bash
# Runs the benchmarks and comparisons on every installed JDK from 17 on and writes RESULTS.md with its plots.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

jmh_suites=(noise point hub zabbix sockmux replica tls)
comparisons=(turns points growth sockmux journal scsp zabbix)
usage() {
    cat <<EOT
usage: results.sh [--short] [--fresh] [--jdk N]... [--suite NAME]... [-- JMH-OPTION...]

Runs the suites of JMH and the comparisons of processes on every installed JDK from 17 on and writes RESULTS.md and
plots/. What has been measured is kept in results/. A suite that was measured on this machine, with the same options and
the code as it is committed now, is not measured again: after an interruption the same command goes on where it was.
RESULTS.md is written again after each suite, of all that is in results/. Nothing else should run on the machine.

  --short       one short round of everything: figures to look at, not to quote. On the first JDK alone, unless --jdk
                says otherwise
  --fresh       measures the chosen suites again in any case
  --jdk N       only this one; may be repeated
  --suite NAME  only this one; may be repeated

Minutes for each JDK, on a machine with two cores:

  suite                  what                                                  in full   --short
  noise                  copying memory, an empty loop                               1         1
  turns                  what targets compare, in turns                             14         1
  point                  points to bytes and back, beside other formats             15         2
  hub                    updates, sessions, initial synchronization                  8         1
  zabbix                 history packets beside JSON libraries                       5         1
  sockmux                frames beside HTTP/2, then the tunnels beside others        8         3
  replica                PLIO, digests                                               2         1
  tls                    records of each engine                                      2         1
  points                 points end to end, beside NATS, Redis, mosquitto           35         3
  growth                 1 to 1,000 links, 1,000 to 1,000,000 points                12         2
  journal, scsp, zabbix  journals, objects and values beside others                  7         4
EOT
}
short=
fresh=
jdks=()
suites=()
while [ $# -gt 0 ]; do
    case "$1" in
        --short) short=yes ;;
        --fresh) fresh=yes ;;
        --jdk) jdks+=("$2") && shift ;;
        --suite) suites+=("$2") && shift ;;
        --help | -h) usage && exit ;;
        --) shift && break ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
done
known=" ${jmh_suites[*]} ${comparisons[*]} "
for suite in "${suites[@]}"; do
    if [[ "$known" != *" $suite "* ]]; then
        echo "no suite is called $suite; there are:$known" >&2
        exit 2
    fi
done
chosen() { # NAME
    [ "${#suites[@]}" -eq 0 ] || [[ " ${suites[*]} " == *" $1 "* ]]
}

options="${short:+--short }$*"
for name in ROUNDS TURN WARM MEASURE RATES POINTS LINKS SECONDS_EACH SECONDS_WARM COMMITS ORIGINAL_COMMITS MEBIBYTES MEGABYTES \
    SMALL VALUES; do
    if [ -n "${!name:-}" ]; then options+=" $name='${!name}'"; fi
done
options=${options# }
options=${options% }
# The last commit that changed more than texts and results, and whether more was changed since.
measured=(':(top)' ':(top,exclude)*.md' ':(top,exclude)mirror-benchmarks/results' ':(top,exclude)mirror-benchmarks/plots')
commit=$(git log -1 --format=%h -- "${measured[@]}" 2>/dev/null || true)
git diff --quiet HEAD -- "${measured[@]}" 2>/dev/null || commit+=" with changes"
system=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | sed -n 1p)
system="${system:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) processors, $(uname -sr)"

jmh=(-prof gc -foe true "$@")
if [ -n "$short" ]; then
    jmh+=(-f 1 -wi 2 -w 500ms -i 2 -r 500ms -p points=1000 -p values=DECIMALS2 -p rows=100 -p subscribers=0,1,10
        -p payloadBytes=64,1024)
    export ROUNDS=1 TURN='-wi 2 -w 500ms -i 2 -r 500ms' WARM=2500 MEASURE=1500 SECONDS_EACH=1 SECONDS_WARM=2 COMMITS=200 ORIGINAL_COMMITS=5 MEBIBYTES=64
    export MEGABYTES=64 SMALL=100 VALUES=20000 RATES='10000 100000' POINTS='1000 1000000' LINKS='1 100'
fi

(cd .. && mvn -q -B -Dquick -DskipTests -pl mirror-benchmarks,examples -am package)
jar=$PWD/target/benchmarks.jar
report() {
    java -Djava.awt.headless=true -cp "$jar" io.mirror.benchmarks.report.Report . results
}
begin() { # NAME
    local made
    made=$(printf '%s\n' "${commit:-unknown}" "$system" "$options")
    if [ -n "$fresh" ] || [ "$(sed -n 2,4p "$results/$1.run" 2>/dev/null)" != "$made" ]; then
        rm -rf "$results/jmh-$1.json" "${results:?}/$1" "$results/$1.txt"
        printf '%s\n' "$(date -u +%F)" "$made" >"$results/$1.run"
        # What $(...) left out at its end.
        if [ -z "$options" ]; then echo >>"$results/$1.run"; fi
    fi
}
# Ticks that other guests of the host took, and all ticks.
ticks() { awk '$1 == "cpu" { print $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat 2>/dev/null; }
finish() { # NAME TICKS-BEFORE: the last line of what is known of a suite
    if [ "$(wc -l <"$results/$1.run")" -lt 5 ]; then
        echo "$2 $(ticks)" | awk 'NF == 4 && $4 > $2 { share = 100 * ($3 - $1) / ($4 - $2) }
            { print (share == "" ? "unknown" : sprintf("%.1f %%", share)) }' >>"$results/$1.run"
    fi
}
measure_suite() { # NAME
    local file=$results/jmh-$1.json pattern="benchmarks\\.$1\\."
    if [ "$1" = noise ]; then pattern=NoiseGuard; fi
    if [ -s "$file" ]; then return 0; fi
    echo "=== JDK $feature: $1"
    "$JAVA" -jar "$jar" "$pattern" "${jmh[@]}" -rf json -rff "$file.part"
    # Where Java is installed belongs to the machine.
    sed -i '/^ *"jvm" : /d' "$file.part"
    mv "$file.part" "$file"
}
compare() { # NAME
    echo "=== JDK $feature: comparison $1"
    case "$1" in
        # These write a file for each run, and go on where they were.
        turns | points | growth) "compare/$1/run.sh" "$results/$1" ;;
        *)
            if [ -s "$results/$1.txt" ]; then return 0; fi
            PATH="$home/bin:$PATH" "compare/$1/run.sh" | tee "$results/$1.part"
            mv "$results/$1.part" "$results/$1.txt"
            ;;
    esac
}

seen=" "
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    export JAVA="$home/bin/java"
    if [ ! -x "$JAVA" ]; then continue; fi
    feature=$("$JAVA" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')
    case "$feature" in '' | *[!0-9]*) continue ;; esac
    if [ "$feature" -lt 17 ] || [[ "$seen" == *" $feature "* ]]; then continue; fi
    if [ "${#jdks[@]}" -gt 0 ] && [[ " ${jdks[*]} " != *" $feature "* ]]; then continue; fi
    if [ -n "$short" ] && [ "${#jdks[@]}" -eq 0 ] && [ "$seen" != " " ]; then continue; fi
    seen+="$feature "
    results=results/$feature
    mkdir -p "$results"
    "$JAVA" -version 2>&1 | sed -n '2p' >"$results/java.txt"
    for suite in "${jmh_suites[@]}" "${comparisons[@]}"; do
        chosen "$suite" || continue
        begin "$suite"
        before=$(ticks)
        if [[ " ${jmh_suites[*]} " == *" $suite "* ]]; then measure_suite "$suite"; fi
        if [[ " ${comparisons[*]} " == *" $suite "* ]]; then
            compare "$suite" || echo "the comparison $suite failed; run it again to complete it" >&2
        fi
        finish "$suite" "$before"
        report
    done
done
echo "wrote mirror-benchmarks/RESULTS.md"
