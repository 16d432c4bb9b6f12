#!/usr/bin/env bash
# Example: no such company exists. Writes the digests of the files into the receipts that name them. Run it after changing a file.
set -euo pipefail
cd "$(dirname "$0")/evidence"
for receipt in receipts/*.yaml; do
  while read -r path; do
    digest=$(sha256sum "$path" | cut -c1-64)
    sed -i -E "s|(path: $path, sha256: )[0-9a-f@]*|\1$digest|" "$receipt"
  done < <(sed -nE 's|.*path: ([^,]+), sha256: .*|\1|p' "$receipt")
done
