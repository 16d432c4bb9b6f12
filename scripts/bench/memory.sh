#!/usr/bin/env bash
# Shows the most memory and the CPU time that `trustbook build` and `trustbook verify` take on three trees of evidence: many small
# documents, a thousand files of 1 MiB, and one huge attachment beside a log.
#
#   scripts/bench/memory.sh [--files N] [--mib N] [--noise BYTES] [--text BYTES] [--only NAME]
#
#   --files N        files of 4096 bytes in the first tree (10000)
#   --mib N          files of 1 MiB in the second (1000)
#   --noise BYTES    bytes in the third that no compression makes smaller (2147483648)
#   --text BYTES     bytes of the log beside them (209715200)
#   --only NAME      one tree alone: small, mid or large
#
#   TRUSTBOOK=path   use this program instead of building one
#   BENCH=path       use this build of scripts/bench/main.rs instead of making one
#   BENCH_CARGO=args more arguments for cargo, such as "--no-default-features --features build"
#   BENCH_DIR=dir    work there instead of in the folder for temporary files
#
# Needs python3; some 10 GiB where it works. Memory is the largest resident set of the process, as the system counts it.
set -euo pipefail
export LC_ALL=C
unset SOURCE_DATE_EPOCH TRUSTBOOK_KEY_FILE TRUSTBOOK_KEY_PASSWORD
cd "$(dirname "$0")/../.."
root=$PWD
files=10000 mib=1000 noise=2147483648 text=209715200 only=
fail() { printf 'scripts/bench/memory.sh: %s\n' "$1" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --files | --mib | --noise | --text) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number"; printf -v "${1#--}" %s "$2"; shift 2 ;;
    --only) [[ ${2:-} =~ ^(small|mid|large)$ ]] || fail "--only needs small, mid or large"; only=$2; shift 2 ;;
    *) fail "\`$1\` is not an option; see the head of this file" ;;
  esac
done
command -v python3 > /dev/null || fail "\`python3\` is not installed"
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
work=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/trustbook-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
at=2026-03-31T12:00:00Z
"$TRUSTBOOK" keys generate --unencrypted --out "$work/key" > /dev/null 2>&1
[ -f "$work/key.pub" ] || fail "the program made no public key beside $work/key"

# used COMMAND...: the most memory in MiB, the CPU and the wall seconds of a command
used() {
  python3 - "$work/err" "$@" <<'PY' || { cat "$work/err" >&2; fail "$* failed"; }
import resource, subprocess, sys, time
began = time.monotonic()
with open(sys.argv[1], "wb") as told:
    code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=told).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
print(f"{used.ru_maxrss / scale:.0f} {used.ru_utime + used.ru_stime:.1f} {time.monotonic() - began:.1f}")
sys.exit(code)
PY
}
# tree NAME WORDS ARGUMENTS...: makes a tree by `bench ARGUMENTS`, builds and verifies it, prints its rows
tree() {
  local name=$1 words=$2 kind=$3 rows
  shift 3
  [ -z "$only" ] || [ "$only" = "$name" ] || return 0
  "$BENCH" "$kind" "$work/$name" "$@"
  rows=$(used "$TRUSTBOOK" --root "$work/$name" build --as-of $at --key "$work/key")
  printf '| build and seal %s | %s | %s | %s | under 150 |\n' "$words" $rows
  rows=$(used "$TRUSTBOOK" verify "$(find "$work/$name/public/snapshots" -name '*.zip' | sort | sed -n 1p)" --key "$work/key.pub" --as-of $at)
  printf '| verify it | %s | %s | %s | under 150 |\n' $rows
  rm -rf "${work:?}/$name"
}
printf '| what | most memory, MiB | CPU s | wall s | asked, MiB |\n| --- | ---: | ---: | ---: | --- |\n'
tree small "$files documents of 4 KiB" documents "$files"
tree mid "$mib files of 1 MiB" evidence "$mib"
tree large "$((noise >> 20)) MiB of noise and $((text >> 20)) MiB of log" large "$noise" "$text"
