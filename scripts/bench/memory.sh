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
#   TRUSTBOOK, BENCH, BENCH_CARGO, BENCH_DIR: see common.sh; it works in the folder for temporary files where nothing else is said
#
# Needs python3; some 10 GiB where it works. Memory is the largest resident set of the process, as the system counts it.
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
files=10000 mib=1000 noise=2147483648 text=209715200 only=
while [ $# -gt 0 ]; do
  case $1 in
    --files | --mib | --noise | --text) count "$1" "${2:-}"; shift 2 ;;
    --only) [[ ${2:-} =~ ^(small|mid|large)$ ]] || fail "--only needs small, mid or large"; only=$2; shift 2 ;;
    *) fail "\`$1\` is not an option; see the head of this file" ;;
  esac
done
need python3
base=${TMPDIR:-/tmp}
programs
with_key

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
