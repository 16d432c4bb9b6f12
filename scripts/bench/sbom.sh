#!/usr/bin/env bash
# Compares `trustbook inspect --diff` of two large bills of materials with a small script over Python's json module: CPU seconds, round
# after round in one run, medians, their ratio, and the most memory of ours. The keys that both find have to be the same.
#
#   scripts/bench/sbom.sh [--rounds N] [--components N]
#
#   --rounds N       rounds (5)
#   --components N   components of the older bill (100000)
#
#   TRUSTBOOK=path   use this program instead of building one
#   BENCH=path       use this build of scripts/bench/main.rs instead of making one
#   BENCH_CARGO=args more arguments for cargo, such as "--no-default-features --features build"
#   BENCH_DIR=dir    work there instead of in memory (/dev/shm)
#
# Needs python3.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
root=$PWD
rounds=5 components=100000
fail() { printf 'scripts/bench/sbom.sh: %s\n' "$1" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --rounds | --components) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number"; printf -v "${1#--}" %s "$2"; shift 2 ;;
    *) fail "\`$1\` is not an option; see the head of this file" ;;
  esac
done
for tool in python3 awk; do command -v $tool > /dev/null || fail "\`$tool\` is not installed"; done
# shellcheck disable=SC2206
cargo_args=(${BENCH_CARGO:-})
target=${CARGO_TARGET_DIR:-$root/target}
if [ -z "${TRUSTBOOK:-}" ]; then
  cargo build --release --locked "${cargo_args[@]}" --bin trustbook >&2
  TRUSTBOOK=$target/release/trustbook
fi
if [ -z "${BENCH:-}" ]; then
  cargo build --release --locked "${cargo_args[@]}" --example bench >&2
  BENCH=$target/release/examples/bench
fi
base=${BENCH_DIR:-/dev/shm}
[ -d "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/trustbook-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$BENCH" sbom "$work" "$components"

# cpu NAME COMMAND...: user and system seconds of the command, one line per round; its output in NAME.json
cpu() {
  local name=$1 TIMEFORMAT='%3U %3S'
  shift
  { time "$@" > "$work/$name.json" 2> "$work/err"; } 2> "$work/time" || { cat "$work/err" >&2; fail "$name: $* failed"; }
  awk '{ printf "%.3f\n", $1 + $2 }' "$work/time" >> "$work/$name.times"
}
median() { sort -n "$work/$1.times" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
for ((round = 0; round < rounds; round++)); do
  cpu ours "$TRUSTBOOK" inspect --diff "$work/old.json" "$work/new.json" --format json
  cpu python python3 "$root/scripts/bench/sbom.py" "$work/old.json" "$work/new.json"
done
python3 - "$work/ours.json" "$work/python.json" <<'PY' || fail "the two do not find the same"
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
