// The log: leaves, an RFC 6962 tree over them, checkpoints as signed notes, proofs, tiles.

const MAX_LEAVES = 1 << 20;
const MAX_NOTE_BYTES = 64 << 10;
const TILE_WIDTH = 256;

function snapshotLeaf({ origin, seq, created }, tagManifest) {
  const leaf = `trustbook-leaf/v1\norigin ${origin}\nseq ${seq}\ntagmanifest-sha256 ${tagManifest}\ncreated ${created}\n`;
  return sha256(Uint8Array.of(0), utf8(leaf));
}

// Where the tree over so many leaves divides: the largest power of two below their number.
function divide(count) {
  let half = 1;
  while (2 * half < count) half *= 2;
  return half;
}

function treeRoot(leaves, from = 0, to = leaves.length) {
  if (to === from) return sha256();
  if (to - from === 1) return leaves[from];
  const middle = from + divide(to - from);
  return sha256(Uint8Array.of(1), treeRoot(leaves, from, middle), treeRoot(leaves, middle, to));
}

// From the sibling of a leaf up to a child of the root.
function inclusionProof(leaves, index, from = 0, to = leaves.length) {
  if (to - from < 2) return [];
  const middle = from + divide(to - from);
  return index < middle
    ? [...inclusionProof(leaves, index, from, middle), treeRoot(leaves, middle, to)]
    : [...inclusionProof(leaves, index, middle, to), treeRoot(leaves, from, middle)];
}

// The hashes of 32 bytes in a file of them, or null.
function hashesOf(bytes) {
  if (bytes.length % 32 !== 0 || bytes.length / 32 >= MAX_LEAVES) return null;
  return Array.from({ length: bytes.length / 32 }, (_, at) => bytes.subarray(32 * at, 32 * at + 32));
}

// What stands before the checkpoint in a proof.
function proofHead(leaves, index) {
  const lines = inclusionProof(leaves, index).map((hash) => `${base64Of(hash)}\n`);
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${lines.join('')}\n`;
}

// The text of a note without its signatures, which are not looked at.
function parseCheckpoint(note) {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new Wrong('the checkpoint has no signature');
  const lines = note.slice(0, end).split('\n');
  const root = lines.length === 3 ? bytesOfBase64(lines[2]) : null;
  if (root?.length !== 32 || !/^\d+$/.test(lines[1])) throw new Wrong('not the three lines of a checkpoint');
  const size = Number(lines[1]);
  if (!Number.isSafeInteger(size) || String(size) !== lines[1]) throw new Wrong('the size of the checkpoint is not in its shortest form');
  return { origin: lines[0], size, root, text: note.slice(0, end + 1), signatures: note.slice(end + 2) };
}

// The four bytes by which a signature line names its key.
function keyHash(origin, key) {
  return sha256(utf8(`${origin}\n`), Uint8Array.of(1), key.key).subarray(0, 4);
}

// A note that one of `keys` signed as `origin`. Lines of others are left alone.
function openCheckpoint(note, origin, keys) {
  if (utf8(note).length > MAX_NOTE_BYTES || /[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(note)) {
    throw new Wrong('the checkpoint is too long, or has control characters in it');
  }
  const checkpoint = parseCheckpoint(note);
  if (checkpoint.origin !== origin) throw new Wrong(`the checkpoint is of another log, \`${checkpoint.origin}\``);
  const lines = checkpoint.signatures.split('\n');
  if (lines.pop() !== '') throw new Wrong('the checkpoint has no line feed at its end');
  const seen = new Set();
  for (const line of lines) {
    const form = /^— ([^ ]+) (.*)$/.exec(line), bytes = form ? bytesOfBase64(form[2]) : null;
    if (!bytes) throw new Wrong('a line of the checkpoint is no signature');
    if (bytes.length < 4) throw new Wrong('a signature is too short');
    const key = form[1] === origin && keys.find((known) => sameBytes(keyHash(origin, known), bytes.subarray(0, 4)));
    if (!key) continue;
    if (seen.has(key.id) || !verifyEd25519(key.key, utf8(checkpoint.text), bytes.subarray(4))) {
      throw new Wrong("the log's signature does not match the checkpoint, or is there twice");
    }
    seen.add(key.id);
  }
  if (seen.size === 0) throw new Wrong('no key of the log signed the checkpoint');
  return checkpoint;
}

// Where a tile of leaf hashes stands below the log's folder.
function tilePath(number, width) {
  let path = String(number % 1000).padStart(3, '0');
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/0/${path}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

// The checkpoint and leaf hashes of a copy of a log, given as blobs by their paths in its folder. Verifies nothing.
async function readLog(files) {
  const read = async (path, limit) => {
    if (!files.has(path)) throw new Wrong(`the log has no ${path}`);
    return smallFile(files.get(path), path, limit);
  };
  const note = textOf(await read('checkpoint', MAX_NOTE_BYTES));
  if (note === null) throw new Wrong('the checkpoint is not UTF-8');
  const { size } = parseCheckpoint(note);
  if (size > MAX_LEAVES) throw new Wrong(`${size} leaves are more than allowed`);
  const leaves = [];
  while (leaves.length < size) {
    const width = Math.min(TILE_WIDTH, size - leaves.length), path = tilePath(leaves.length / TILE_WIDTH, width);
    const hashes = hashesOf(await read(path, 32 * width));
    if (hashes?.length !== width) throw new Wrong(`${path}: cut off`);
    leaves.push(...hashes);
  }
  return { note, leaves };
}

// A whole small file.
async function smallFile(blob, name, limit) {
  if (blob.size > limit) throw new Wrong(`${name}: over ${limit} bytes`);
  return new Uint8Array(await blob.arrayBuffer());
}
