//! `VERIFY.txt`: how to check the archive it stands in with tools that every system has or can install.

use crate::bundle::snapshot::Header;

/// The text for the archive with this header. It names no key: a key found inside what it verifies proves nothing.
pub fn verify_text(header: &Header) -> String {
    let root = header.root();
    format!(
        "\
How to check {root}.zip

You need the publisher's public key (56 characters, starting with RW) from a place other than this archive: a contract, the publisher's
site on another day, a telephone call. A key that came together with the archive proves nothing. Where the archive holds keys.json, the
publisher gave you the root key, and it signs keys.json only.

With trustbook
--------------
  trustbook-verify {root}.zip --key KEY

It reads {root}.zip.minisig beside the archive, lists every check, and exits with 0 only when all of them passed. An archive that was unpacked:

  trustbook-verify {root} --dir --key KEY

With --state FILE it remembers what it verified, and refuses an older snapshot or another history next time. Where the archive holds
keys.json, it also reads {root}.zip.tlog-proof beside the archive (for a folder, give --proof FILE).

With standard tools
-------------------
minisign, unzip and the usual commands of a Unix shell. Each step must succeed, and the steps marked \"silent\" must print nothing.
Where the archive holds keys.json, PK is a key of the role \"release\" in it whose numbers firstSeq to lastSeq take this one in, once
`minisign -V -H -P KEY -m keys.json` has succeeded in the unpacked folder.

  PK=KEY
  minisign -V -H -P \"$PK\" -m {root}.zip
  unzip -q {root}.zip && cd {root}
  minisign -V -H -P \"$PK\" -m tagmanifest-sha256.txt
  sha256sum --strict --quiet -c tagmanifest-sha256.txt manifest-sha256.txt      # silent
  {{ cut -c67- tagmanifest-sha256.txt manifest-sha256.txt
    printf '%s\\n' tagmanifest-sha256.txt tagmanifest-sha256.txt.minisig; }} | LC_ALL=C sort > ../listed
  find . ! -type d | cut -c3- | LC_ALL=C sort | diff ../listed -                # silent
  find . ! -type f ! -type d                                                    # silent

Why each step is needed
  minisign -V -H     -H refuses signatures of the old kind, which can be made from signatures of the new kind.
                     Read the trusted comment that it prints: origin, number, dates and file name must be the ones you expect, and the
                     date after \"expires=\" must lie ahead. minisign does not compare any of them for you.
  sha256sum -c       without --strict a damaged line is a warning only; with --ignore-missing it can check nothing and succeed.
  cut, find, diff    sha256sum never looks for files that are in no list.
  find ! -type f     sha256sum follows links.

On macOS use `shasum -a 256 -c` for `sha256sum --strict --quiet -c` and read every line of its output.
On Windows (PowerShell), inside the unpacked folder, after minisign; it must print nothing:

  Get-Content tagmanifest-sha256.txt, manifest-sha256.txt | ForEach-Object {{
    if ((Get-FileHash -Algorithm SHA256 $_.Substring(66)).Hash -ne $_.Substring(0, 64)) {{ \"differs: \" + $_ }} }}

As a bag: `bagit.py --validate {root}` reads it too. It accepts more than it should (files that no list names, for one), so it is a second opinion only.

What these steps do not show: that snapshot.json, the statement and the lists agree with each other (trustbook-verify compares them), and that
what the documents say is true.
"
    )
}
