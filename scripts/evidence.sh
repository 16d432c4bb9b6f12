#!/usr/bin/env bash
# Makes this repository's evidence again, from what really runs now. One command, no arguments:
#
#   scripts/evidence.sh
#
# Writes evidence/{sbom,tests,drills,checks,receipts}/ and sets the source state in evidence/index.yaml. Nothing is made up: a step that
# cannot run is recorded as not run, and then the decision is not `allow`. Exit 0: decided `allow`; 1: decided otherwise; 2: could not decide.
#
#   TRUSTBOOK=path         use this program instead of building one
#   EVIDENCE_CARGO=args    more arguments for cargo, such as "--no-default-features --features build"; recorded in the report
#   EVIDENCE_FIRST=commit  the first state of the repository, for the older bill of materials
set -euo pipefail
export LC_ALL=C CARGO_TERM_COLOR=never RUST_BACKTRACE=0
unset SOURCE_DATE_EPOCH TRUSTBOOK_KEY_FILE TRUSTBOOK_KEY_PASSWORD
cd "$(dirname "$0")/.."
root=$PWD
platform=x86_64-unknown-linux-gnu
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# shellcheck disable=SC2206
cargo_args=(${EVIDENCE_CARGO:-})
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p evidence/{sbom,tests,drills,checks,receipts}
checks=$work/checks
: > "$checks"
step() { printf '\n== %s\n' "$1" >&2; }
# check ID TITLE OUTCOME ASKED FOUND PATH... : one line of the decision
check() { local id=$1 title=$2 outcome=$3 asked=$4 found=$5; shift 5
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "$title" "$outcome" "$asked" "$found" "$*" >> "$checks"
  printf '   %-8s %s: %s\n' "$outcome" "$title" "$found" >&2; }
fail() { printf 'scripts/evidence.sh: %s\n' "$1" >&2; exit 2; }

step "the program"
if [ -z "${TRUSTBOOK:-}" ]; then
  cargo build --release --locked "${cargo_args[@]}" --bin trustbook >&2 || fail "the program does not build"
  TRUSTBOOK=${CARGO_TARGET_DIR:-$root/target}/release/trustbook
fi
TRUSTBOOK=$(cd "$(dirname "$TRUSTBOOK")" && pwd)/$(basename "$TRUSTBOOK")
evidence() { cargo run --quiet --locked --no-default-features --features build --example evidence -- "$@"; }
state=$("$TRUSTBOOK" source-state)
[[ $state =~ ^[0-9a-f]{64}$ ]] || fail "\`trustbook source-state\` printed \`$state\`, not a digest"
echo "   source state $state" >&2

step "tests"
report=evidence/tests/trustbook-0.1.0.junit.xml
cargo test --locked --no-fail-fast "${cargo_args[@]}" > "$work/tests" 2>&1 && passed=yes || passed=no
grep -E '^test result|^test .*FAILED|^error' "$work/tests" >&2 || true
if evidence junit --at "$at" --name "trustbook 0.1.0" --property "command=cargo test --locked --no-fail-fast ${cargo_args[*]}" \
    --property "rust=$(rustc --version)" --property "platform=$(rustc -vV | sed -n 's/^host: //p')" < "$work/tests" > "$report.new"; then
  mv "$report.new" "$report"
  found=$(sed -nE 's/.*<testsuites .* tests="([0-9]+)" failures="([0-9]+)" errors="[0-9]+" skipped="([0-9]+)".*/\1 tests, \2 failed, \3 skipped/p' "$report")
  if [ $passed = yes ]; then check tests "All tests pass" pass "no failure" "$found" "${report#evidence/}"
  else check tests "All tests pass" fail "no failure" "$found" "${report#evidence/}"; fi
else
  tail -n 20 "$work/tests" >&2
  rm -f "$report" "$report.new" # an older report is no result of this run
  check tests "All tests pass" fail "no failure" "the run gave no complete report"
fi

step "components"
bom=evidence/sbom/trustbook-0.1.0.cdx.json
cargo metadata --locked --format-version 1 --filter-platform $platform > "$work/metadata"
evidence sbom --lock Cargo.lock --at "$at" --version 0.1.0 < "$work/metadata" > "$work/bom"
mv "$work/bom" $bom
check components "Every crate is listed" pass "the whole resolved lock file" \
  "$(grep -c '"bom-ref"' $bom) entries" "${bom#evidence/}"
first=${EVIDENCE_FIRST:-$(git log --reverse --format=%H -- Cargo.lock 2>/dev/null | sed -n 1p || true)}
if [ ! -e evidence/sbom/trustbook-first.cdx.json ] && [ -n "$first" ]; then
  git worktree add --quiet --detach "$work/first" "$first"
  (cd "$work/first" && cargo metadata --locked --format-version 1 --filter-platform $platform) > "$work/metadata"
  evidence sbom --lock "$work/first/Cargo.lock" --at "$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd "$first")" \
    --version 0.1.0+first < "$work/metadata" > evidence/sbom/trustbook-first.cdx.json
  git worktree remove --force "$work/first"
fi

step "two builds, compared"
"$TRUSTBOOK" keys generate --unencrypted --out "$work/key" >&2
ours=evidence/checks/reproducible.txt
build() { # NAME TIME-ZONE UMASK THREADS
  mkdir -p "$work/$1/deep/er"
  cp -R examples/saas-vendor "$work/$1/deep/er/project"
  rm -rf "$work/$1/deep/er/project/public" "$work/$1/deep/er/project/packets"
  (umask "$3"; TZ=$2 "$TRUSTBOOK" --root "$work/$1/deep/er/project" build --as-of 2026-03-31T12:00:00Z --key "$work/key" --threads "$4") > "$work/$1.out" 2>&1 || return 1
  (cd "$work/$1/deep/er/project/public" && find . -type f | sort | xargs -d '\n' sha256sum) > "$work/$1.files"
  printf 'time zone %s, umask %s, threads %s: %s files, sha256 of their list %s\n' "$2" "$3" "$4" \
    "$(wc -l < "$work/$1.files")" "$(sha256sum < "$work/$1.files" | cut -c1-64)"
}
{
  echo "Two builds of examples/saas-vendor as of 2026-03-31T12:00:00Z, in different folders, with the same key."
  echo "Source state $state. Made $at."
  if build one Pacific/Chatham 077 1 && build two America/St_Johns 002 2; then
    if cmp -s "$work/one.files" "$work/two.files"; then
      echo "The trees are identical, archives and signatures included:"
      grep -E '\.zip(\.minisig)?$' "$work/one.files"
      echo "result: identical"
    else
      diff "$work/one.files" "$work/two.files" || true
      echo "result: different"
    fi
  else
    echo "result: a build failed"
  fi
} > $ours
case $(sed -n 's/^result: //p' $ours) in
  identical) check reproducible "Two builds give the same bytes" pass "identical trees" "$(wc -l < "$work/one.files") files, identical" "${ours#evidence/}" ;;
  different) check reproducible "Two builds give the same bytes" fail "identical trees" "the trees differ" "${ours#evidence/}" ;;
  *) tail -n 20 "$work"/*.out >&2 || true
     check reproducible "Two builds give the same bytes" not-run "identical trees" "a build failed" "${ours#evidence/}" ;;
esac

step "an archive, verified and altered"
seen=evidence/checks/verified.txt
archive=$(find "$work/one/deep/er/project/public/snapshots" -name '*.zip' 2>/dev/null | sort | sed -n 1p || true)
if [ -z "$archive" ]; then
  rm -f $seen
  check verified "The archive verifies, an altered one does not" not-run "verified, and refused" "there is no archive"
else
  cp "$archive" "$archive.minisig" "$work/"
  archive=$work/$(basename "$archive")
  outcome=pass
  {
    echo "$(basename "$archive") of examples/saas-vendor, as of 2026-03-31T12:00:00Z. Source state $state. Made $at."
    echo
    echo "\$ trustbook verify $(basename "$archive") --key key.pub --as-of 2026-03-31T12:00:00Z"
    (cd "$work" && "$TRUSTBOOK" verify "$(basename "$archive")" --key key.pub --as-of 2026-03-31T12:00:00Z) 2>&1 || outcome=fail
    if command -v minisign > /dev/null && command -v unzip > /dev/null; then
      echo
      echo "\$ minisign -Vm $(basename "$archive") -p key.pub"
      (cd "$work" && minisign -Vm "$(basename "$archive")" -p key.pub) 2>&1 || outcome=fail
      echo "\$ unzip -q $(basename "$archive")"
      (cd "$work" && unzip -q "$(basename "$archive")" -d unpacked) 2>&1 || outcome=fail
      echo "\$ minisign -Vm tagmanifest-sha256.txt -p key.pub"
      (cd "$work"/unpacked/* && minisign -Vm tagmanifest-sha256.txt -p "$work/key.pub") 2>&1 || outcome=fail
      echo "\$ sha256sum --strict --quiet -c tagmanifest-sha256.txt manifest-sha256.txt"
      (cd "$work"/unpacked/* && sha256sum --strict --quiet -c tagmanifest-sha256.txt manifest-sha256.txt && echo "no difference") 2>&1 || outcome=fail
    else
      echo
      echo "minisign or unzip is not on this machine: not tried with other programs"
    fi
    size=$(stat -c %s "$archive")
    echo
    echo "One byte changed at each of 64 places, the signature as it was:"
    refused=0
    for n in $(seq 0 63); do
      place=$((size * n / 64))
      cp "$archive" "$work/altered.zip"
      cp "$archive.minisig" "$work/altered.zip.minisig"
      old=$(od -An -tu1 -j "$place" -N 1 "$archive" | tr -d ' ')
      printf "\\x$(printf %02x $((old ^ 1)))" | dd of="$work/altered.zip" bs=1 seek="$place" conv=notrunc status=none
      if "$TRUSTBOOK" verify "$work/altered.zip" --key "$work/key.pub" --as-of 2026-03-31T12:00:00Z > /dev/null 2>&1; then
        echo "accepted with a change at byte $place"
        outcome=fail
      else
        refused=$((refused + 1))
      fi
    done
    echo "$refused of 64 refused"
    echo "result: $outcome"
  } > $seen
  sed -i "s|$work/||g" $seen
  outcome=$(sed -n 's/^result: //p' $seen)
  check verified "The archive verifies, an altered one does not" "$outcome" "verified, and 64 of 64 refused" \
    "$(grep -E 'of 64 refused' $seen)" "${seen#evidence/}"
fi

step "interruption drill"
drill=evidence/drills/interruption.json
rm -f $drill
code=0
cargo run --quiet --locked --no-default-features --features build --example interruption-drill -- \
  --at "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --as-of 2026-03-31T12:00:00Z --program "$TRUSTBOOK" --project examples/saas-vendor \
  --key "$work/key" --public-key "$work/key.pub" --work "$work/drill" > "$work/drill.json" || code=$?
if [ $code -le 1 ] && [ -s "$work/drill.json" ]; then
  mv "$work/drill.json" $drill
  summary=$(sed -nE 's/^    "summary": "(.*)",?$/\1/p' $drill)
  if [ $code = 0 ]; then outcome=pass; else outcome=fail; fi
  check drill "A killed build leaves the published tree whole" $outcome "the old or the new tree after every kill" "$summary" "${drill#evidence/}"
else
  check drill "A killed build leaves the published tree whole" not-run "the old or the new tree after every kill" "the drill did not run"
fi

step "advisories"
IFS=$'\t' read -r outcome found < <(evidence answers --sbom "$bom" --vex evidence/vex/trustbook.openvex.json < /dev/null) || outcome=not-run
check advisories "Every advisory that was looked up has an answer that fits the components" "$outcome" "each about a component in use, with a reason" \
  "${found:-the statements cannot be read}" vex/trustbook.openvex.json

step "decision"
receipt=evidence/receipts/trustbook-0.1.0.json
evidence receipt --root evidence --at "$at" --subject "trustbook 0.1.0" --source-state "$state" < "$checks" > "$work/receipt" || fail "no decision could be written"
mv "$work/receipt" $receipt
sed -i -E "s/^(    source-state: ).*/\1\"$state\"/; s/^(    captured-at: ).*/\1$at/" evidence/index.yaml
decision=$(sed -nE 's/^  "decision": "([a-z]+)",$/\1/p' $receipt)
printf '\ndecision: %s, in %s\n' "$decision" "$receipt"
[ "$decision" = allow ]
