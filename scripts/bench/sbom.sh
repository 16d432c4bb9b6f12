#!/usr/bin/env bash
# Compares `trustbook inspect --diff` of two large bills of materials with a small script over Python's json module: CPU seconds, round
# after round in one run, medians, their ratio, and the most memory of ours. The keys that both find have to be the same.
#
#   scripts/bench/sbom.sh [--rounds N] [--components N]
#
#   --rounds N       rounds (5)
#   --components N   components of the older bill (100000)
#
#   TRUSTBOOK, BENCH, BENCH_CARGO, BENCH_DIR: see common.sh; it works in memory (/dev/shm) where nothing else is said
#
# Needs python3.
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
rounds=5 components=100000
while [ $# -gt 0 ]; do
  case $1 in
    --rounds | --components) count "$1" "${2:-}"; shift 2 ;;
    *) fail "\`$1\` is not an option; see the head of this file" ;;
  esac
done
need python3 awk
base=/dev/shm
programs
"$BENCH" sbom "$work" "$components"

for ((round = 0; round < rounds; round++)); do
  cpu ours "$TRUSTBOOK" inspect --diff "$work/old.json" "$work/new.json" --format json
  cpu python python3 "$root/scripts/bench/sbom.py" "$work/old.json" "$work/new.json"
done
python3 - "$work/ours.out" "$work/python.out" <<'PY' || fail "the two do not find the same"
import json, sys
ours, theirs = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
fields = ["old_keys", "new_keys", "added", "removed", "changed", "unchanged"]
sys.exit(any(ours[field] != theirs[field] for field in fields))
PY
peak=$(python3 - "$TRUSTBOOK" "$work/old.json" "$work/new.json" <<'PY'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "inspect", "--diff", *sys.argv[2:], "--format", "json"], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PY
)
awk -v a="$(median ours)" -v b="$(median python)" -v n="$components" -v peak="$peak" -v mib="$(($(stat -c %s "$work/old.json") >> 20))" 'BEGIN {
  printf "| what | ours, CPU s | compared, CPU s | ours / compared | asked |\n| --- | ---: | ---: | ---: | --- |\n"
  printf "| compare two bills of %d components (%d MiB each), against a script over Python json | %.3f | %.3f | %.3f | at most 0.1 |\n", n, mib, a, b, a / b
  printf "\nMost memory of ours: %d MiB; asked: at most 400.\n", peak }'
