// Raw deflate (RFC 1951), strictly: complete codes only, no distance before the beginning, output within a limit, and the
// last block ends in the last byte that is given.

const WINDOW_BYTES = 32768;
const PIECE_BYTES = 65536;
// More bytes than the head of any block takes, and than any one symbol.
const HEAD_BYTES = 1024;

const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function basesOf(extra, first) {
  let next = first;
  return extra.map((bits) => {
    const base = next;
    next += 1 << bits;
    return base;
  });
}

const LENGTH_BASE = basesOf(LENGTH_EXTRA, 3);
LENGTH_BASE[28] = 258;
const DISTANCE_BASE = basesOf(DISTANCE_EXTRA, 1);

// A table from the next bits of the stream to a symbol and the length of its code; 0 where there is no symbol.
function codeTable(lengths, mayBeSingle) {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  let most = 0, room = 1;
  for (let length = 1; length <= 15; length += 1) {
    room = 2 * room - counts[length];
    if (room < 0) throw new Wrong('the deflate stream is broken: a code with too many symbols');
    if (counts[length] > 0) most = length;
  }
  // No code at all, and a single one of one bit, are as RFC 1951 allows them for distances.
  if (room > 0 && !(mayBeSingle && most <= 1)) throw new Wrong('the deflate stream is broken: an incomplete code');
  const table = new Uint16Array(1 << most), next = new Uint16Array(16);
  for (let length = 1, code = 0; length <= 15; length += 1) {
    next[length] = code = (code + counts[length - 1]) << 1;
  }
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    let reversed = 0;
    for (let bit = 0, code = next[length]; bit < length; bit += 1, code >>= 1) reversed = (reversed << 1) | (code & 1);
    next[length] += 1;
    for (let at = reversed; at < table.length; at += 1 << length) table[at] = (symbol << 4) | length;
  });
  return { table, mask: (1 << most) - 1 };
}

const FIXED_LENGTHS = codeTable(
  Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = codeTable(new Array(32).fill(5));

class Inflater {
  // `sink` is given the output piece by piece; more than `limit` bytes of it are refused.
  constructor(limit, sink) {
    Object.assign(this, { limit, sink, total: 0, mode: 'block', isFinal: false, bits: 0, count: 0 });
    this.input = new Uint8Array(0);
    this.at = 0;
    this.out = new Uint8Array(WINDOW_BYTES + PIECE_BYTES + 258);
    this.filled = 0;
    this.given = 0;
  }

  // Takes the next bytes; `isLast` says that no more come.
  push(bytes, isLast) {
    this.input = joinBytes(this.input.subarray(this.at), bytes);
    this.at = 0;
    // Everything but the rest of a stored block is read with a head's worth of bytes in reserve.
    const end = isLast ? this.input.length : this.input.length - HEAD_BYTES;
    while (this.mode !== 'end' && (isLast || this.at < end)) {
      if (this.mode === 'block') this.block();
      else if (this.mode === 'stored') this.stored();
      else this.symbols(end);
      if (8 * (this.at - this.input.length) > this.count) throw new Wrong('the deflate stream does not end where the member ends');
    }
    if (this.mode === 'end') {
      this.flush();
      if (!isLast || this.at !== this.input.length) throw new Wrong('the deflate stream does not end where the member ends');
    }
  }

  // The next bits, lowest first. Beyond the end come zeros, and the position tells.
  take(count) {
    while (this.count < count) {
      this.bits |= (this.at < this.input.length ? this.input[this.at] : 0) << this.count;
      this.at += 1;
      this.count += 8;
    }
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.count -= count;
    return value;
  }

  // Gives back whole bytes that were taken and not used; the bits before them are dropped.
  align() {
    this.at -= this.count >> 3;
    this.bits = 0;
    this.count = 0;
  }

  endBlock() {
    this.mode = this.isFinal ? 'end' : 'block';
    if (this.isFinal) this.align();
  }

  block() {
    this.isFinal = this.take(1) === 1;
    const kind = this.take(2);
    if (kind === 0) {
      this.align();
      const length = this.take(16);
      if ((length ^ this.take(16)) !== 0xffff) throw new Wrong('the deflate stream is broken: the length of a stored block');
      this.mode = 'stored';
      this.left = length;
    } else if (kind === 1) {
      this.mode = 'symbols';
      this.lengths = FIXED_LENGTHS;
      this.distances = FIXED_DISTANCES;
    } else if (kind === 2) {
      this.mode = 'symbols';
      this.dynamic();
    } else {
      throw new Wrong('the deflate stream is broken: an unknown kind of block');
    }
  }

  dynamic() {
    const lengthCodes = this.take(5) + 257, distanceCodes = this.take(5) + 1, codeCodes = this.take(4) + 4;
    if (lengthCodes > 286 || distanceCodes > 30) throw new Wrong('the deflate stream is broken: too many symbols');
    const codeLengths = new Array(19).fill(0);
    for (let at = 0; at < codeCodes; at += 1) codeLengths[CODE_LENGTH_ORDER[at]] = this.take(3);
    const code = codeTable(codeLengths);
    const lengths = [];
    while (lengths.length < lengthCodes + distanceCodes) {
      const symbol = this.symbol(code);
      if (symbol < 16) {
        lengths.push(symbol);
        continue;
      }
      if (symbol === 16 && lengths.length === 0) throw new Wrong('the deflate stream is broken: nothing to repeat');
      const value = symbol === 16 ? lengths[lengths.length - 1] : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      for (let count = 0; count < times; count += 1) lengths.push(value);
    }
    if (lengths.length > lengthCodes + distanceCodes) throw new Wrong('the deflate stream is broken: a repeat that is too long');
    if (lengths[256] === 0) throw new Wrong('the deflate stream is broken: no end of a block');
    this.lengths = codeTable(lengths.slice(0, lengthCodes), true);
    this.distances = codeTable(lengths.slice(lengthCodes), true);
  }

  symbol(code) {
    while (this.count < 15) {
      this.bits |= (this.at < this.input.length ? this.input[this.at] : 0) << this.count;
      this.at += 1;
      this.count += 8;
    }
    const entry = code.table[this.bits & code.mask], length = entry & 15;
    if (length === 0) throw new Wrong('the deflate stream is broken: a code without a symbol');
    this.bits >>>= length;
    this.count -= length;
    return entry >> 4;
  }

  stored() {
    this.flush();
    const count = Math.min(this.left, this.input.length - this.at, PIECE_BYTES);
    if (count === 0 && this.left > 0) {
      this.at += 1; // cut off: told by the position
      return;
    }
    this.out.set(this.input.subarray(this.at, this.at + count), this.filled);
    this.filled += count;
    this.at += count;
    this.left -= count;
    if (this.left === 0) this.endBlock();
  }

  // Symbols of the block, until it ends or the input may.
  symbols(end) {
    const out = this.out;
    while (this.at < end + 4) {
      if (this.filled >= WINDOW_BYTES + PIECE_BYTES) this.flush();
      const symbol = this.symbol(this.lengths);
      if (symbol < 256) {
        out[this.filled] = symbol;
        this.filled += 1;
      } else if (symbol === 256) {
        this.endBlock();
        return;
      } else {
        if (symbol > 285) throw new Wrong('the deflate stream is broken: an unknown length');
        const length = LENGTH_BASE[symbol - 257] + this.take(LENGTH_EXTRA[symbol - 257]);
        const code = this.symbol(this.distances);
        if (code > 29) throw new Wrong('the deflate stream is broken: an unknown distance');
        const distance = DISTANCE_BASE[code] + this.take(DISTANCE_EXTRA[code]);
        if (distance > this.filled) throw new Wrong('the deflate stream is broken: a distance before the beginning');
        for (let to = this.filled, last = to + length; to < last; to += 1) out[to] = out[to - distance];
        this.filled += length;
      }
    }
  }

  // Gives away what is new and keeps a window's worth of it.
  flush() {
    this.total += this.filled - this.given;
    if (this.total > this.limit) throw new Wrong('the content is not of the declared size');
    if (this.filled > this.given) this.sink(this.out.subarray(this.given, this.filled));
    if (this.filled > WINDOW_BYTES) {
      this.out.copyWithin(0, this.filled - WINDOW_BYTES, this.filled);
      this.filled = WINDOW_BYTES;
    }
    this.given = this.filled;
  }
}
