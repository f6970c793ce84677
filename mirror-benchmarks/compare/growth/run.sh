#!/usr/bin/env bash
# What grows with points and links, and how: heap a point and an idle link, the cost of an update, the first
# synchronization between two processes, and a reconnect with 100 changes. Needs target/benchmarks.jar
# (mvn -Dquick -DskipTests package).
#
# usage: run.sh [FOLDER]     the results go to FOLDER, a file for each run; a run whose file is there is not repeated
#
# ROUNDS=3  MEASURE=5000 milliseconds for each  POINTS='1000 10000 100000 1000000'  LINKS='1 10 100 1000'
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/../../target/benchmarks.jar
# The memory is there from the start, as servers have it: what the system takes to give it out is not measured.
machine=(-Xms4g -Xmx4g -XX:+AlwaysPreTouch)
results=${1:-$here/../../target/compare/growth}
mkdir -p "$results"
grow() { # NAME CLASS COUNT
    local file=$results/$round-$1.json
    grep -qxF "$1" "$results/order" 2>/dev/null || echo "$1" >>"$results/order"
    if [ -s "$file" ]; then return 0; fi
    if "${JAVA:-java}" "${machine[@]}" "-Dmeasure=${MEASURE:-5000}" -cp "$jar" "io.mirror.benchmarks.growth.$2" "$3" \
        2>"$file.log" >"$file.part"; then
        mv "$file.part" "$file"
        sed "s/^/$round $1 /" "$file"
    else
        echo "$1 failed: $(tail -3 "$file.log")" >&2
    fi
    rm -f "$file.part" "$file.log"
}
for round in $(seq "${ROUNDS:-3}"); do
    for points in ${POINTS:-1000 10000 100000 1000000}; do grow "points-$points" PointsGrowth "$points"; done
    for points in ${POINTS:-1000 10000 100000 1000000}; do grow "sync-$points" SyncGrowth "$points"; done
    for points in ${POINTS:-1000 10000 100000 1000000}; do grow "sync-bare-$points" BareSync "$points"; done
    for links in ${LINKS:-1 10 100 1000}; do grow "links-$links" LinksGrowth "$links"; done
done
