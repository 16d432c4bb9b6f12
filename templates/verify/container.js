// The container: values are taken out of the end record and the directory, every header is built again and compared byte
// for byte, before any content is looked at.

const MAX_32 = 0xffffffff;
const MAX_FILE_BYTES = 2 ** 40;
const MAX_RATIO = 1100;
const END_BYTES = 22;
const END_64_BYTES = 76;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const READ_BYTES = 1 << 18;

// Reads a blob at positions, and keeps the last piece that it read.
class Input {
  constructor(blob) {
    this.blob = blob;
    this.size = blob.size;
    this.start = 0;
    this.piece = new Uint8Array(0);
  }

  async bytes(offset, length) {
    if (offset < this.start || offset + length > this.start + this.piece.length) {
      const end = Math.min(this.size, offset + Math.max(length, READ_BYTES));
      this.piece = new Uint8Array(await this.blob.slice(offset, end).arrayBuffer());
      this.start = offset;
      if (this.piece.length !== end - offset || length > this.piece.length) throw new Error('the file ends before it should');
    }
    return this.piece.subarray(offset - this.start, offset - this.start + length);
  }
}

// Little-endian numbers one after the other: [bytes, value] each, or text.
function record(...fields) {
  const size = fields.reduce((sum, field) => sum + (field instanceof Uint8Array ? field.length : field[0]), 0);
  const out = new Uint8Array(size);
  let at = 0;
  for (const field of fields) {
    if (field instanceof Uint8Array) {
      out.set(field, at);
      at += field.length;
    } else {
      for (let rest = field[1], count = 0; count < field[0]; count += 1, rest = Math.floor(rest / 256)) {
        out[at] = rest % 256;
        at += 1;
      }
    }
  }
  return out;
}

// An integer of so many bytes at a position. One that is too large to be exact compares equal to nothing that is built.
function numberAt(bytes, at, count) {
  let out = 0;
  for (let index = count - 1; index >= 0; index -= 1) out = out * 256 + (bytes[at + index] ?? 0);
  return out;
}

const needs64 = (value) => value >= MAX_32;

function endRecords(members, size, offset) {
  const end = record([4, 0x06054b50], [4, 0], [2, Math.min(members, 0xffff)], [2, Math.min(members, 0xffff)], [4, Math.min(size, MAX_32)], [4, Math.min(offset, MAX_32)], [2, 0]);
  if (members < 0xffff && !needs64(size) && !needs64(offset)) return end;
  const end64 = record([4, 0x06064b50], [8, 44], [2, 0x0314], [2, 45], [4, 0], [4, 0], [8, members], [8, members], [8, size], [8, offset]);
  return joinBytes(end64, record([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]), end);
}

// What both headers of a member share, from the version needed to the length of the path.
function shared(entry, sizes64, any64) {
  const sizes = sizes64 ? [MAX_32, MAX_32] : [entry.storedBytes, entry.sizeBytes];
  return [[2, any64 ? 45 : entry.method === 8 ? 20 : 10], [2, 0], [2, entry.method], [2, 0], [2, 0x0041], [4, entry.crc32], [4, sizes[0]], [4, sizes[1]], [2, entry.name.length]];
}

function localHeader(entry) {
  const sizes64 = needs64(entry.sizeBytes) || needs64(entry.storedBytes);
  const extra = sizes64 ? record([2, 1], [2, 16], [8, entry.sizeBytes], [8, entry.storedBytes]) : new Uint8Array(0);
  return record([4, 0x04034b50], ...shared(entry, sizes64, sizes64 || needs64(entry.offset)), [2, extra.length], entry.name, extra);
}

function centralEntry(entry) {
  const sizes64 = needs64(entry.sizeBytes) || needs64(entry.storedBytes), offset64 = needs64(entry.offset);
  const large = [...(sizes64 ? [[8, entry.sizeBytes], [8, entry.storedBytes]] : []), ...(offset64 ? [[8, entry.offset]] : [])];
  const extra = large.length > 0 ? record([2, 1], [2, 8 * large.length], ...large) : new Uint8Array(0);
  return record([4, 0x02014b50], [2, 0x0314], ...shared(entry, sizes64, sizes64 || offset64), [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0o100644 * 65536], [4, Math.min(entry.offset, MAX_32)], entry.name, extra);
}

async function findDirectory(input) {
  const tailBytes = Math.min(input.size, END_64_BYTES + END_BYTES);
  const tail = (await input.bytes(input.size - tailBytes, tailBytes)).slice();
  const end = tail.length - END_BYTES;
  if (end < 0) throw new Wrong('too short for a ZIP');
  let members = numberAt(tail, end + 10, 2), size = numberAt(tail, end + 12, 4), offset = numberAt(tail, end + 16, 4);
  if ((members === 0xffff || size === MAX_32 || offset === MAX_32) && end === END_64_BYTES) {
    members = numberAt(tail, 32, 8);
    size = numberAt(tail, 40, 8);
    offset = numberAt(tail, 48, 8);
  }
  const expected = endRecords(members, size, offset);
  if (tail.length < expected.length || !sameBytes(tail.subarray(tail.length - expected.length), expected)) {
    throw new Wrong('the end of the file is not the end record of a canonical ZIP (or something follows it)');
  }
  if (offset + size + expected.length !== input.size) {
    throw new Wrong('the central directory does not end where the end record starts');
  }
  if (members > MAX_MEMBERS) throw new Wrong('more members than the format allows');
  if (members === 0) throw new Wrong('no members');
  if (size > members * (CENTRAL_BYTES + MAX_ROOT_BYTES + 1 + MAX_PATH_BYTES + 28)) {
    throw new Wrong('the central directory is larger than its members can make it');
  }
  return { members, size, offset };
}

// The values of an entry of the directory; whatever else it holds is compared with what they give.
function entryAt(bytes, at) {
  const nameBytes = numberAt(bytes, at + 28, 2), extraBytes = numberAt(bytes, at + 30, 2);
  if (at + CENTRAL_BYTES + nameBytes + extraBytes > bytes.length) throw new Wrong('the central directory is cut off');
  const extra = at + CENTRAL_BYTES + nameBytes;
  let large = extra + 4;
  const value = (place) => {
    const found = numberAt(bytes, at + place, 4);
    if (found !== MAX_32) return found;
    large += 8;
    if (large > extra + extraBytes) throw new Wrong('the central directory is cut off');
    return numberAt(bytes, large - 8, 8);
  };
  const [sizeBytes, storedBytes, offset] = [value(24), value(20), value(42)];
  return {
    name: bytes.slice(at + CENTRAL_BYTES, extra),
    method: numberAt(bytes, at + 10, 2) === 8 ? 8 : 0,
    crc32: numberAt(bytes, at + 16, 4),
    sizeBytes,
    storedBytes,
    offset,
  };
}

function sizeProblem({ name, method, sizeBytes, storedBytes }) {
  if (name.length > MAX_ROOT_BYTES + 1 + MAX_PATH_BYTES) return 'the name is too long';
  if (sizeBytes > MAX_FILE_BYTES) return 'the declared size is over the limit';
  if (method === 0) return storedBytes === sizeBytes ? null : 'stored, yet with two different sizes';
  if (storedBytes >= sizeBytes) return 'deflated, yet no smaller';
  return Math.floor(sizeBytes / MAX_RATIO) > storedBytes ? 'the declared size is more than deflate can make of the stored bytes' : null;
}

function compareBytes(a, b) {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    if (a[at] !== b[at]) return a[at] - b[at];
  }
  return a.length - b.length;
}

// The members of a canonical container. What is wrong carries the bytes of the member's name.
async function readContainer(input) {
  const directory = await findDirectory(input);
  const bytes = (await input.bytes(directory.offset, directory.size)).slice();
  const entries = [];
  let at = 0, next = 0;
  for (let count = 0; count < directory.members; count += 1) {
    const entry = entryAt(bytes, at);
    const refuse = (problem) => Object.assign(new Wrong(problem), { member: entry.name });
    const header = centralEntry(entry);
    if (!sameBytes(bytes.subarray(at, at + header.length), header)) {
      throw refuse('the entry in the central directory is not in the canonical form (flags, date, mode, extra fields, …)');
    }
    at += header.length;
    const problem = sizeProblem(entry);
    if (problem) throw refuse(problem);
    if (entries.length > 0 && compareBytes(entries[entries.length - 1].name, entry.name) >= 0) {
      throw refuse('the member is there twice or out of order');
    }
    if (entry.offset !== next) throw refuse('the member does not start where the one before ends');
    const expected = localHeader(entry);
    next = entry.offset + expected.length + entry.storedBytes;
    if (next > directory.offset) throw refuse('the member reaches into the central directory');
    if (!sameBytes(await input.bytes(entry.offset, expected.length), expected)) {
      throw refuse('the local header differs from the central directory');
    }
    entries.push({ ...entry, contentOffset: entry.offset + expected.length });
  }
  if (at !== bytes.length) throw new Wrong('the central directory holds more than its members');
  if (next !== directory.offset) throw new Wrong('bytes between the last member and the central directory');
  return entries;
}

// Gives the content of a member to `sink`, which counts only when this returns.
async function readContent(input, entry, sink, tick) {
  const crc32 = new Crc32();
  const take = (piece) => {
    crc32.update(piece);
    sink(piece);
  };
  const inflater = entry.method === 8 ? new Inflater(entry.sizeBytes, take) : null;
  for (let done = 0; done < entry.storedBytes;) {
    const count = Math.min(READ_BYTES, entry.storedBytes - done);
    const piece = await input.bytes(entry.contentOffset + done, count);
    done += count;
    if (inflater) inflater.push(piece, done === entry.storedBytes);
    else take(piece);
    await tick(count);
  }
  if (inflater && inflater.total !== entry.sizeBytes) throw new Wrong('the content is not of the declared size');
  if (crc32.digest() !== entry.crc32) throw new Wrong('the content has another CRC-32 than declared');
}
