#!/bin/sh
# A first corpus of every target: each fixture once for each name it may be read under.
set -eu
cd "$(dirname "$0")"
for target in fuzz_targets/*.rs; do
    name=$(basename "$target" .rs)
    mkdir -p "corpus/$name"
    for file in ../tests/fixtures/load/*; do
        for first in 0 1 2 3 4; do
            { printf "\\00$first"; cat "$file"; } >"corpus/$name/$first-$(basename "$file")"
        done
    done
done
