#!/usr/bin/env bash
# Example: no such company exists.
#
# Makes the two released snapshots of this example in history/: how it stood on 2025-12-31 and on 2026-02-28.
# Works on a copy; takes away what did not exist yet and sets back what was different. Signs with a development key, and is
# marked so for ever: an example is no release of anything.
#
#   examples/saas-vendor/release-history.sh [path of trustbook]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
trustbook="${1:-trustbook}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# without FILE ID… : takes the records with these ids out of a YAML list (each begins with "- id: ID" or "- {id: ID,")
without() {
  local file="$work/$1"; shift
  awk -v ids=" $* " '
    /^  - / { drop = 0; id = $0; if (sub(/^  - \{?id: /, "", id)) { sub(/[, ].*/, "", id); drop = index(ids, " " id " ") } }
    /^[^ ]/ { drop = 0 }
    !drop' "$file" > "$file.new"
  mv "$file.new" "$file"
}
# without_evidence PATH… : deletes files of the evidence and their entries in the index
without_evidence() {
  local path
  for path in "$@"; do
    rm "$work/evidence/$path"
    awk -v path="$path" '
      /^  - path: / { drop = ($3 == path) }
      /^[^ ]/ { drop = 0 }
      !drop' "$work/evidence/index.yaml" > "$work/index.new"
    mv "$work/index.new" "$work/evidence/index.yaml"
  done
}
# set_in FILE ID KEY VALUE : sets a key of one record in block form
set_in() {
  awk -v id="$2" -v key="    $3: " -v value="$4" '
    /^  - id: / { mine = ($3 == id) }
    mine && index($0, key) == 1 { $0 = key value; done = 1 }
    { print }
    END { if (!done) { print "release-history.sh: nothing set for " id > "/dev/stderr"; exit 1 } }' "$work/$1" > "$work/set.new"
  mv "$work/set.new" "$work/$1"
}
# unlink_id FILE ID… : takes ids out of flow lists such as [a, b]
unlink_id() {
  local file="$work/$1" id; shift
  for id in "$@"; do
    sed -i -E "s/([[ ])$id, /\1/g; s/, $id([],])/\1/g; s/\[$id\]/[]/g" "$file"
  done
}
fresh() {
  rm -rf "$work"; mkdir -p "$work"
  cp -a "$here/." "$work/"
  rm -rf "$work/public" "$work/packets"
}
release() { # LABEL AS-OF
  sed -i -E "s/^  label: .*/  label: $1/" "$work/trustbook.yaml"
  "$trustbook" --root "$work" release --development --as-of "$2"
  mkdir -p "$here/history" "$here/.trustbook"
  cp -a "$work/history/." "$here/history/"
  if [ -e "$work/.trustbook" ]; then cp -a "$work/.trustbook/." "$here/.trustbook/"; fi
}

since_march() { # what happened after 2026-02-28
  without_evidence receipts/quillstore-4.2.0.yaml receipts/quillsign-2.5.0-rc.0.promotion.json receipts/quillsign-2.5.0-rc.1.gate.json \
    sbom/quillstore-4.2.0.cdx.json vex/quillstore-4.2.0.openvex.json tests/quillstore-4.2.0.junit.xml \
    tests/quillsign-2.5.0-rc.1.junit.xml drills/2026-03-05-search-node.journal.json drills/2026-03-06-mail-cut.journal.json \
    drills/2026-03-12-load-dry-run.yaml drills/2026-05-12-failover-planned.yaml claims/quillstore-attestation.cdx.json
  without content/releases.yaml quillstore-4.2.0 quillsign-2.5.0-rc.0 quillsign-2.5.0-rc.1
  without content/compatibility.yaml sync-4.2
  without content/incidents.yaml none-2026-q1
  without content/subprocessors.yaml beacon-sample
  without content/registers.yaml b-sign-failing-tests b-sync-digest w-search-recovery w-load-test w-preview-slow w-sign-candidate \
    w-search-blocker
  without content/documents.yaml soc-2-bridge-letter accessibility-report
  without content/claims.yaml known-vulnerabilities failover-tested load-tested penetration-tested no-overrides
  unlink_id content/controls.yaml known-vulnerabilities failover-tested sbom-quillstore-4.2.0 vex-quillstore-4.2.0 receipt-quillstore-4.2.0
  unlink_id content/answers.yaml known-vulnerabilities failover-tested penetration-tested sbom-quillstore-4.2.0 vex-quillstore-4.2.0 \
    receipt-quillstore-4.2.0 tests-quillstore-4.2.0
  unlink_id content/claims.yaml attestation-penetration-test
  sed -i -E '/bridge-letter:/,/signed-on:/d' "$work/content/certifications.yaml"
  sed -i -E 's/quillstore-4\.2\.0/quillstore-4.1.0/g' "$work/content/claims.yaml" "$work/evidence/index.yaml" "$work/profiles/procurement.yaml"
}
since_january() { # what happened after 2025-12-31
  without_evidence receipts/quillstore-4.1.0.yaml receipts/quillsign-2.4.0.yaml sbom/quillstore-4.1.0.cdx.json sbom/quillsign-2.4.0.spdx.json \
    tests/quillstore-4.1.0.junit.xml drills/2026-02-24-restore.yaml drills/2026-01-22-tabletop.yaml \
    logs/restore-2026-02-24.txt logs/access-review-2025-q4.csv logs/internal-phone-list.txt
  without content/releases.yaml quillstore-4.1.0 quillsign-2.4.0
  without content/compatibility.yaml sync-4.1
  without content/certifications.yaml penetration-test-2026
  without content/documents.yaml penetration-test-letter
  without content/claims.yaml restore-tested incident-tabletop access-reviews availability-2025
  unlink_id content/controls.yaml restore-tested incident-tabletop access-reviews drill-2026-02-restore
  unlink_id content/answers.yaml restore-tested incident-tabletop access-reviews drill-2026-02-restore
  unlink_id content/faq.yaml restore-tested
  without content/registers.yaml risk-parser-library risk-cyber-essentials w-restore-us w-access-review
  set_in content/subprocessors.yaml faxwell-sample status active
  sed -i -E '/removed-on: 2026-01-31/d' "$work/content/subprocessors.yaml"
  sed -i -E '/^profiles:/s/, procurement//' "$work/trustbook.yaml"
  sed -i -E 's/quillstore-4\.1\.0/quillstore-4.0.0/g' "$work/content/claims.yaml" "$work/evidence/index.yaml"
  sed -i -E '/mode: historical/d' "$work/evidence/index.yaml"
}

rm -rf "$here/history"
fresh; since_march; since_january; release "Winter 2025" 2025-12-31T12:00:00Z
fresh; since_march; release "Late winter 2026" 2026-02-28T12:00:00Z
echo "released: $(ls "$here/history")"
