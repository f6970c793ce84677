#!/usr/bin/env bash
# Runs the benchmarks on every installed JDK from 17 on and writes RESULTS.md. Arguments go to JMH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

(cd .. && mvn -q -B -Dquick -DskipTests package)
jar=target/benchmarks.jar
results=()
seen=" "
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    java="$home/bin/java"
    if [ ! -x "$java" ]; then continue; fi
    feature=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')
    case "$feature" in '' | *[!0-9]*) continue ;; esac
    if [ "$feature" -lt 17 ] || [[ "$seen" == *" $feature "* ]]; then continue; fi
    seen+="$feature "
    "$java" -jar "$jar" -prof gc -rf json -rff "target/results-$feature.json" "$@"
    results+=("target/results-$feature.json")
done
java -Djava.awt.headless=true -cp "$jar" io.mirror.benchmarks.report.Report . "${results[@]}"
echo "wrote mirror-benchmarks/RESULTS.md"
