#!/bin/sh
# A first corpus of every target. Readers: each fixture once for each name it may be read under. The archive: the conformance suite, and the
# files inside its right archives.
set -eu
cd "$(dirname "$0")"
for target in fuzz_targets/*.rs; do
    name=$(basename "$target" .rs)
    mkdir -p "corpus/$name"
    grep -q trustbook_fuzz::read "$target" || continue
    for file in ../tests/fixtures/load/*; do
        for first in 0 1 2 3 4; do
            { printf "\\00$first"; cat "$file"; } >"corpus/$name/$first-$(basename "$file")"
        done
    done
done
for case in ../tests/vectors/*/; do
    name=$(basename "$case")
    for file in "$case"*.zip; do
        [ -f "$file" ] || continue
        cp "$file" "corpus/container/$name"
        cp "$file" "corpus/archive/$name"
    done
    for file in "$case"*.minisig "$case"newer/keys.json "$case"newer/keys.json.minisig; do
        [ -f "$file" ] && cp "$file" "corpus/keys/$name-$(basename "$file")"
    done
    for file in "$case"*.tlog-proof; do
        [ -f "$file" ] && sed '1,/^$/d' "$file" >"corpus/note/$name"
    done
    [ -f "$case/state" ] && cp "$case/state" "corpus/note/$name-state"
done
inside=$(mktemp -d)
trap 'rm -rf "$inside"' EXIT
for name in S-0-good K-1-good; do
    unzip -qo "../tests/vectors/$name/acme-0042.zip" -d "$inside"
    for file in "$inside"/*/*.txt "$inside"/*/snapshot.json; do
        cp "$file" "corpus/manifest/$name-$(basename "$file")"
    done
    cp "$inside"/*/snapshot.intoto.jsonl "corpus/dsse/$name"
    for file in "$inside"/*/keys/*; do
        [ -f "$file" ] && cp "$file" "corpus/keys/$name-$(basename "$file")"
    done
done
