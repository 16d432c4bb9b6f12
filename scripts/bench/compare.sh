#!/usr/bin/env bash
# Compares the product, through its public commands, with a bare loop and with standard tools: CPU seconds of whole process trees,
# round after round in one run, medians, and the ratio of the two. Ratios hold on a busy machine; seconds are this machine's.
#
#   scripts/bench/compare.sh [--rounds N] [--pages N] [--files N] [--write]
#
#   --rounds N   rounds of every measurement (5)
#   --pages N    pages of text (1000)
#   --files N    files of evidence, 1 MiB each (1000)
#   --write      put the table into docs/benchmarks.md
#
#   TRUSTBOOK, BENCH, BENCH_CARGO, BENCH_DIR: see common.sh; it works in memory (/dev/shm) where nothing else is said
#
# Needs minisign, zip, unzip, sha256sum, curl; some 5 GiB where it works.
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
rounds=5 pages=1000 files=1000 write=no
while [ $# -gt 0 ]; do
  case $1 in
    --rounds | --pages | --files) count "$1" "${2:-}"; shift 2 ;;
    --write) write=yes; shift ;;
    *) fail "\`$1\` is not an option; see the head of this file" ;;
  esac
done
need minisign zip unzip sha256sum curl awk
base=/dev/shm
programs
with_key
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$work"' EXIT
ratio() { awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN { printf "%.2f", a / b }'; }
size() { stat -c %s "$1"; }
build() { "$TRUSTBOOK" --root "$1" build --as-of $at --key "$work/key"; }
export -f build
export TRUSTBOOK work at

printf '%s\n' "pages" >&2
"$BENCH" site "$work/site" "$pages"
build "$work/site" > "$work/out" 2> "$work/err" || { cat "$work/err" >&2; fail "the site does not build"; }
page=$(find "$work/site/public/pages" -name 'control-*.html' | sort | sed -n 1p)
cp "$page" "$work/page.html"
for ((round = 0; round < rounds; round++)); do
  rm -rf "$work/site/public" "$work/site/.trustbook" "$work/bare"
  cpu site-build build "$work/site"
  cpu site-loop "$BENCH" loop "$work/site" "$root/templates" "$work/page.html" "$work/bare"
done
built=$(cat "$work"/site/public/pages/control-*.html | wc -c)
bare=$(cat "$work"/bare/*.html | wc -c)

printf '%s\n' "a save until it is served" >&2
"$TRUSTBOOK" --root "$work/site" serve --port 0 --as-of $at > "$work/serve" 2>&1 &
server=$!
url=
for ((try = 0; try < 600 && ${#url} == 0; try++)); do
  sleep 0.05
  url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$work/serve" | sed -n 1p || true)
done
[ -n "$url" ] || { cat "$work/serve" >&2; fail "the preview did not say where it is"; }
path=$url/pages/$(basename "$page")
for ((try = 0; try < 600; try++)); do curl -sf -o /dev/null "$path" && break; sleep 0.05; done
source=$(find "$work/site/content/pages" -name '*.md' | sort | sed -n 1p)
for ((round = 0; round < rounds; round++)); do
  word=savedtext$round
  before=$(date +%s%N)
  printf '\n%s\n' "$word" >> "$source"
  until curl -sf "$path" | grep -q "$word"; do
    (($(date +%s%N) - before < 30000000000)) || fail "a save was not served within 30 s"
    sleep 0.005
  done
  awk -v ns=$(($(date +%s%N) - before)) 'BEGIN { printf "%.3f\n", ns / 1e9 }' >> "$work/times/serve"
done
kill "$server" && wait "$server" 2> /dev/null || true
server=
rm -rf "$work/site" "$work/bare"

printf '%s\n' "evidence" >&2
"$BENCH" evidence "$work/evidence" "$files"
standard_pack() {
  cd "$work/evidence" && rm -f "$work"/standard.zip* \
    && find evidence -type f | sort | xargs sha256sum > MANIFEST \
    && zip -q -6 -X -r "$work/standard.zip" MANIFEST evidence \
    && minisign -S -W -s "$work/key" -m "$work/standard.zip" < /dev/null
}
standard_verify() {
  rm -rf "$work/unpacked" && mkdir "$work/unpacked" \
    && minisign -V -q -p "$work/key.pub" -m "$work/standard.zip" \
    && unzip -q "$work/standard.zip" -d "$work/unpacked" \
    && cd "$work/unpacked" && sha256sum --quiet --strict -c MANIFEST
}
export -f standard_pack standard_verify
for ((round = 0; round < rounds; round++)); do
  rm -rf "$work/evidence/public" "$work/evidence/.trustbook"
  cpu pack build "$work/evidence"
  cpu pack-standard bash -c standard_pack
done
archive=$(find "$work/evidence/public/snapshots" -name '*.zip' | sort | sed -n 1p)
for ((round = 0; round < rounds; round++)); do
  cpu verify "$TRUSTBOOK" verify "$archive" --key "$work/key.pub" --as-of $at
  cpu verify-standard bash -c standard_verify
  cpu digest "$BENCH" digest "$work/evidence/evidence"
done

table() {
  printf 'Measured by `scripts/bench/compare.sh --rounds %s --pages %s --files %s` on %s, %s core(s) (%s), Linux %s, %s.\n\n' \
    "$rounds" "$pages" "$files" "$(date -u +%Y-%m-%d)" "$(nproc)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p)" "$(uname -r)" "$(rustc --version | cut -d' ' -f1,2)"
  printf '| what | ours, CPU s | compared, CPU s | ours / compared | asked |\n| --- | ---: | ---: | ---: | --- |\n'
  printf '| build %s pages, against the bare loop | %s | %s | %s | at most 2 |\n' "$pages" "$(median site-build)" "$(median site-loop)" "$(ratio site-build site-loop)"
  printf '| build and seal %s MiB, against `sha256sum`, `zip -6`, `minisign -S` | %s | %s | %s | at most 0.5 |\n' "$files" "$(median pack)" "$(median pack-standard)" "$(ratio pack pack-standard)"
  printf '| verify it, against `minisign -V`, `unzip`, `sha256sum -c` | %s | %s | %s | at most 0.2 |\n' "$(median verify)" "$(median verify-standard)" "$(ratio verify verify-standard)"
  printf '| of verifying, SHA-256 of the same files alone | %s | %s | %s | the least possible here |\n' "$(median digest)" "$(median verify-standard)" "$(ratio digest verify-standard)"
  printf '\nThe processor %s instructions for SHA-256.\n' "$(grep -qw sha_ni /proc/cpuinfo && echo has || echo 'has no')"
  printf '\n| what | ours | compared |\n| --- | ---: | ---: |\n'
  printf '| bytes of the %s pages | %s | %s |\n' "$pages" "$built" "$bare"
  printf '| bytes of the archive of %s MiB | %s | %s |\n' "$files" "$(size "$archive")" "$(size "$work/standard.zip")"
  printf '| a save of one of %s pages until it is served, s (wall) | %s | |\n' "$pages" "$(median serve)"
}
table | tee "$work/table"
if [ $write = yes ]; then
  awk -v table="$work/table" '
    /<!-- measured: begin -->/ { print; while ((getline line < table) > 0) print line; skip = 1 }
    /<!-- measured: end -->/ { skip = 0 }
    !skip { print }' docs/benchmarks.md > "$work/benchmarks.md"
  cp "$work/benchmarks.md" docs/benchmarks.md
fi
