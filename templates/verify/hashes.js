// SHA-256 and BLAKE2b-512 piece by piece, SHA-512 of short messages, CRC-32. Their constants are what the standards say
// they are: the first bits of the fractional parts of square and cube roots of the first primes.

const MASK_64 = (1n << 64n) - 1n;

function firstPrimes(count) {
  const primes = [];
  for (let number = 2; primes.length < count; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes;
}

// The largest integer whose `power`th power is at most `value`.
function integerRoot(value, power) {
  let low = 0n, high = 1n << 80n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= value) low = middle; else high = middle;
  }
  return low;
}

const SQUARE_ROOTS = firstPrimes(8).map((prime) => integerRoot(BigInt(prime) << 128n, 2n) & MASK_64);
const CUBE_ROOTS = firstPrimes(80).map((prime) => integerRoot(BigInt(prime) << 192n, 3n) & MASK_64);

const SHA256_START = Int32Array.from(SQUARE_ROOTS, (root) => Number(root >> 32n));
const SHA256_ROUNDS = Int32Array.from(CUBE_ROOTS.slice(0, 64), (root) => Number(root >> 32n));

class Sha256 {
  constructor() {
    this.state = SHA256_START.slice();
    this.block = new Uint8Array(64);
    this.filled = 0;
    this.length = 0;
    this.words = new Int32Array(64);
  }

  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    if (this.filled > 0) {
      at = Math.min(64 - this.filled, bytes.length);
      this.block.set(bytes.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < 64) return this;
      this.compress(this.block, 0);
      this.filled = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.compress(bytes, at);
    this.block.set(bytes.subarray(at));
    this.filled = bytes.length - at;
    return this;
  }

  digest() {
    const { length, filled } = this;
    const padding = new Uint8Array((filled < 56 ? 64 : 128) - filled);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 0x20000000));
    view.setUint32(padding.length - 4, (length << 3) >>> 0);
    this.update(padding);
    const out = new Uint8Array(32);
    this.state.forEach((word, at) => new DataView(out.buffer).setUint32(4 * at, word));
    return out;
  }

  compress(bytes, start) {
    const w = this.words, rounds = SHA256_ROUNDS, state = this.state;
    for (let at = 0; at < 16; at += 1) {
      const from = start + 4 * at;
      w[at] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
    }
    for (let at = 16; at < 64; at += 1) {
      const x = w[at - 15], y = w[at - 2];
      const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[at] = (w[at - 16] + small0 + w[at - 7] + small1) | 0;
    }
    let a = state[0] | 0, b = state[1] | 0, c = state[2] | 0, d = state[3] | 0;
    let e = state[4] | 0, f = state[5] | 0, g = state[6] | 0, h = state[7] | 0;
    for (let at = 0; at < 64; at += 1) {
      const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + big1 + ((e & f) ^ (~e & g)) + rounds[at] + w[at]) | 0;
      const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + first) | 0;
      d = c; c = b; b = a; a = (first + second) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }
}

function sha256(...parts) {
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// Of a message that is short: it is padded as a whole.
function sha512(message) {
  const length = message.length;
  const padded = new Uint8Array(Math.ceil((length + 17) / 128) * 128);
  padded.set(message);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(length) * 8n);
  const turn = (x, by) => (x >> by) | ((x << (64n - by)) & MASK_64);
  const state = SQUARE_ROOTS.slice(), w = new Array(80);
  for (let start = 0; start < padded.length; start += 128) {
    for (let at = 0; at < 16; at += 1) w[at] = view.getBigUint64(start + 8 * at);
    for (let at = 16; at < 80; at += 1) {
      const x = w[at - 15], y = w[at - 2];
      const small0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
      const small1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      w[at] = (w[at - 16] + small0 + w[at - 7] + small1) & MASK_64;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 80; at += 1) {
      const big1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const first = h + big1 + ((e & f) ^ ((e ^ MASK_64) & g)) + CUBE_ROOTS[at] + w[at];
      const big0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const second = big0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g; g = f; f = e; e = (d + first) & MASK_64;
      d = c; c = b; b = a; a = (first + second) & MASK_64;
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) & MASK_64; });
  }
  const out = new Uint8Array(64);
  state.forEach((word, at) => new DataView(out.buffer).setBigUint64(8 * at, word));
  return out;
}

// BLAKE2b (RFC 7693) on pairs of 32-bit words, low half first. A carry out of a + b is the top bit of
// (a & b) | ((a | b) & ~(a + b)).
const BLAKE_START = Int32Array.from(SQUARE_ROOTS.flatMap((root) => [Number(root & 0xffffffffn), Number(root >> 32n)]));
const BLAKE_ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
// Columns, then diagonals, of the four by four words.
const BLAKE_LANES = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
];
const BLAKE_STEPS = Uint8Array.from(
  [...BLAKE_ORDERS, BLAKE_ORDERS[0], BLAKE_ORDERS[1]].flatMap((order) =>
    BLAKE_LANES.flatMap((lane, at) => [...lane, order[2 * at], order[2 * at + 1]].map((word) => 2 * word))),
);

class Blake2b512 {
  constructor() {
    this.state = BLAKE_START.slice();
    this.state[0] ^= 0x01010040; // 64 bytes of digest, no key, one leaf
    this.block = new Uint8Array(128);
    this.filled = 0;
    this.length = 0;
    this.v = new Int32Array(32);
    this.m = new Int32Array(32);
  }

  // The last block is compressed by `digest` only, so a full one waits.
  update(bytes) {
    let at = 0;
    while (at < bytes.length) {
      if (this.filled === 128) {
        this.length += 128;
        this.compress(this.block, 0, false);
        this.filled = 0;
      }
      if (this.filled === 0) {
        for (; at + 128 < bytes.length; at += 128) {
          this.length += 128;
          this.compress(bytes, at, false);
        }
      }
      const count = Math.min(128 - this.filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + count), this.filled);
      this.filled += count;
      at += count;
    }
    return this;
  }

  digest() {
    this.block.fill(0, this.filled);
    this.length += this.filled;
    this.compress(this.block, 0, true);
    const out = new Uint8Array(64);
    this.state.forEach((word, at) => new DataView(out.buffer).setUint32(4 * at, word, true));
    return out;
  }

  compress(bytes, start, isLast) {
    const { state, v, m } = this, steps = BLAKE_STEPS;
    for (let at = 0; at < 16; at += 1) {
      v[at] = state[at];
      v[at + 16] = BLAKE_START[at];
    }
    v[24] ^= this.length | 0;
    v[25] ^= Math.floor(this.length / 0x100000000);
    if (isLast) {
      v[28] = ~v[28];
      v[29] = ~v[29];
    }
    for (let at = 0; at < 32; at += 1) {
      const from = start + 4 * at;
      m[at] = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
    }
    for (let step = 0; step < steps.length; step += 6) {
      const a = steps[step], b = steps[step + 1], c = steps[step + 2], d = steps[step + 3];
      let al = v[a], ah = v[a + 1], bl = v[b], bh = v[b + 1], cl = v[c], ch = v[c + 1], dl = v[d], dh = v[d + 1];
      let x = steps[step + 4], word, low, turned;
      low = (al + bl) | 0;
      ah = (ah + bh + (((al & bl) | ((al | bl) & ~low)) >>> 31)) | 0;
      word = m[x];
      al = (low + word) | 0;
      ah = (ah + m[x + 1] + (((low & word) | ((low | word) & ~al)) >>> 31)) | 0;
      turned = dl ^ al; dl = dh ^ ah; dh = turned; // by 32
      low = (cl + dl) | 0;
      ch = (ch + dh + (((cl & dl) | ((cl | dl) & ~low)) >>> 31)) | 0;
      cl = low;
      bl ^= cl; bh ^= ch;
      turned = (bl >>> 24) | (bh << 8); bh = (bh >>> 24) | (bl << 8); bl = turned; // by 24
      x = steps[step + 5];
      low = (al + bl) | 0;
      ah = (ah + bh + (((al & bl) | ((al | bl) & ~low)) >>> 31)) | 0;
      word = m[x];
      al = (low + word) | 0;
      ah = (ah + m[x + 1] + (((low & word) | ((low | word) & ~al)) >>> 31)) | 0;
      dl ^= al; dh ^= ah;
      turned = (dl >>> 16) | (dh << 16); dh = (dh >>> 16) | (dl << 16); dl = turned; // by 16
      low = (cl + dl) | 0;
      ch = (ch + dh + (((cl & dl) | ((cl | dl) & ~low)) >>> 31)) | 0;
      cl = low;
      bl ^= cl; bh ^= ch;
      turned = (bl << 1) | (bh >>> 31); bh = (bh << 1) | (bl >>> 31); bl = turned; // by 63
      v[a] = al; v[a + 1] = ah; v[b] = bl; v[b + 1] = bh;
      v[c] = cl; v[c + 1] = ch; v[d] = dl; v[d + 1] = dh;
    }
    for (let at = 0; at < 16; at += 1) state[at] ^= v[at] ^ v[at + 16];
  }
}

function blake2b512(bytes) {
  return new Blake2b512().update(bytes).digest();
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

class Crc32 {
  constructor() {
    this.value = -1;
  }

  update(bytes) {
    let value = this.value;
    for (let at = 0; at < bytes.length; at += 1) value = CRC_TABLE[(value ^ bytes[at]) & 255] ^ (value >>> 8);
    this.value = value;
  }

  digest() {
    return ~this.value >>> 0;
  }
}
