#!/usr/bin/env bash
# The paths that targets compare, in turns: each for some seconds, one right after the other, in several rounds. A machine
# that has other guests is faster at some minutes than at others, so that a ratio of rows of different minutes is partly
# theirs. Needs target/benchmarks.jar (mvn -Dquick -DskipTests package).
#
# usage: run.sh [FOLDER]     the results go to FOLDER, a file for each turn; a turn whose file is there is not repeated
#
# ROUNDS=5   TURN='-wi 5 -w 300ms -i 9 -r 300ms' options of JMH for each turn
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/../../target/benchmarks.jar
results=${1:-$here/../../target/compare/turns}
[ -r "$jar" ] || { echo "no $jar: mvn -Dquick -DskipTests package makes it" >&2; exit 1; }
mkdir -p "$results"
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
turn() { # TABLE PATH JMH-OPTION...
    local name=${1// /-}-$2 table=$1 path=$2
    shift 2
    local file=$results/$round-$name.json
    grep -qxF "$name" "$results/order" 2>/dev/null || echo "$name" >>"$results/order"
    if [ -s "$file" ]; then return 0; fi
    # shellcheck disable=SC2086
    "${JAVA:-java}" -jar "$jar" "\\.${path/./\\.}\$" -foe true -f 1 ${TURN:--wi 5 -w 300ms -i 9 -r 300ms} "$@" \
        -rf json -rff "$work/turn.json" >"$work/log" 2>&1 || { echo "$name failed: $(tail -3 "$work/log")" >&2; failed=1; return 0; }
    "${JAVA:-java}" -cp "$jar" io.mirror.benchmarks.report.Turn "$table, in turns" "$work/turn.json" >"$file.part"
    mv "$file.part" "$file"
    sed "s/^/$round $name /" "$file"
}
two_decimals=(-p values=DECIMALS2)
for round in $(seq "${ROUNDS:-5}"); do
    for way in encode decodeToCallback; do
        turn "bin1 $way" "DhtpPoints.$way" -p encoding=bin1 "${two_decimals[@]}"
        turn "bin1 $way" "SbePoints.$way" "${two_decimals[@]}"
        json=${way%ToCallback}
        json=${json^}
        turn "text $way" "DhtpPoints.$way" -p encoding=text "${two_decimals[@]}"
        turn "text $way" "Fastjson2Points.json$json" "${two_decimals[@]}"
        turn "text $way" "JacksonPoints.stream$json" -p format=json "${two_decimals[@]}"
    done
    turn "history read" ZabbixHistory.readToRow -p rows=100
    turn "history read" JsonLibraries.fastjson2Read -p rows=100
    turn "history read" JsonLibraries.databindRead -p rows=100
    turn "history write" ZabbixHistory.write -p rows=100
    turn "history write" JsonLibraries.fastjson2Write -p rows=100
    turn "history write" JsonLibraries.databindWrite -p rows=100
    for way in encode decode; do
        turn "frames $way" "MuxFrames.$way" -p payloadBytes=64
        turn "frames $way" "Http2Frames.$way" -p payloadBytes=64
    done
done
exit "$failed"
