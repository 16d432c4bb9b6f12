#!/bin/sh
# Runs the suite against any verifier: ./run.sh PROGRAM [ARGUMENTS…]
# In each case's folder it runs PROGRAM with the line after "run: " and "--format json", and compares the exit code and
# the first failing check. Works on a copy, because a verifier may write its state.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 PROGRAM [ARGUMENTS]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here/." "$work"
total=0 wrong=0
for case in "$work"/*/case.txt; do
  name=$(basename "$(dirname "$case")")
  run=$(sed -n 's/^run: //p' "$case")
  exit=$(sed -n 's/^exit: //p' "$case")
  check=$(sed -n 's/^check: //p' "$case")
  total=$((total + 1))
  code=0
  # shellcheck disable=SC2086 # the line is split at spaces
  out=$(cd "$(dirname "$case")" && "$@" $run --format json 2>/dev/null) || code=$?
  first() { printf '%s' "$out" | tr '{' '\n' | sed -n "s/.*\"check\":\"\([a-z-]*\)\".*\"outcome\":\"$1\".*/\1/p" | head -n 1; }
  found=$(first failed)
  [ -n "$found" ] || found=$(first not-checked)
  if [ "$code" != "$exit" ] || [ "${found:--}" != "$check" ]; then
    wrong=$((wrong + 1))
    echo "$name: exit $code check ${found:--}, expected $exit $check"
  fi
done
echo "$total cases, $wrong wrong"
[ "$wrong" -eq 0 ]
