# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts of this folder begin with; read by them, never run. Makes the programs that the caller did not name:
#
#   TRUSTBOOK=path   use this program instead of building one
#   BENCH=path       use this build of scripts/bench/main.rs instead of making one
#   BENCH_CARGO=args more arguments for cargo, such as "--no-default-features --features build"
#   BENCH_DIR=dir    work there instead of in $base
#
# and `$work`, which is gone when the script ends. `fail` tells why a script stops; `$base` is set by the script.
export LC_ALL=C
unset SOURCE_DATE_EPOCH TRUSTBOOK_KEY_FILE TRUSTBOOK_KEY_PASSWORD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fail() { printf 'scripts/bench/%s: %s\n' "$(basename "$0")" "$1" >&2; exit 2; }
need() { for tool; do command -v "$tool" > /dev/null || fail "\`$tool\` is not installed"; done; }
# count OPTION VALUE: the value, when it is a number above nothing, in the variable that the option is named for
count() {
  [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number"
  printf -v "${1#--}" %s "$2"
}
# programs: sets TRUSTBOOK, BENCH and work
programs() {
  # shellcheck disable=SC2206
  local cargo_args=(${BENCH_CARGO:-}) target=${CARGO_TARGET_DIR:-$root/target}
  if [ -z "${TRUSTBOOK:-}" ]; then
    cargo build --release --locked "${cargo_args[@]}" --bin trustbook >&2
    TRUSTBOOK=$target/release/trustbook
  fi
  if [ -z "${BENCH:-}" ]; then
    cargo build --release --locked "${cargo_args[@]}" --example bench >&2
    BENCH=$target/release/examples/bench
  fi
  TRUSTBOOK=$(cd "$(dirname "$TRUSTBOOK")" && pwd)/$(basename "$TRUSTBOOK")
  base=${BENCH_DIR:-$base}
  [ -d "$base" ] || base=${TMPDIR:-/tmp}
  work=$(mktemp -d "$base/trustbook-bench.XXXXXX")
  trap 'rm -rf "$work"' EXIT
}
# with_key: an own key for the run in $work/key, and the instant that everything is made as of
with_key() {
  at=2026-03-31T12:00:00Z
  "$TRUSTBOOK" keys generate --unencrypted --out "$work/key" > /dev/null 2>&1
  [ -f "$work/key.pub" ] || fail "the program made no public key beside $work/key"
}
# cpu NAME COMMAND...: user and system seconds of the command and everything it starts, one line per round; its output in NAME.out
cpu() {
  local name=$1 TIMEFORMAT='%3U %3S'
  shift
  mkdir -p "$work/times"
  { time "$@" > "$work/$name.out" 2> "$work/err"; } 2> "$work/time" || { cat "$work/err" "$work/$name.out" >&2; fail "$name: $* failed"; }
  awk '{ printf "%.3f\n", $1 + $2 }' "$work/time" >> "$work/times/$name"
}
median() { sort -n "$work/times/$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
