// Ed25519 (RFC 8032), verified strictly: S below the group's order, canonical encodings of both points, neither of small
// order, and exactly one R for each message, key and S.

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let out = 1n;
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % P) {
    if (rest & 1n) out = (out * square) % P;
  }
  return out;
}

// value^(2^252 - 3), where a plain power would multiply at every bit.
function almostRoot(value) {
  const square = (of, times) => {
    let out = of;
    for (let count = 0; count < times; count += 1) out = (out * out) % P;
    return out;
  };
  const join = (a, times, b) => (square(a, times) * b) % P;
  const ones2 = join(value, 1, value), ones4 = join(ones2, 2, ones2), ones5 = join(ones4, 1, value);
  const ones10 = join(ones5, 5, ones5), ones20 = join(ones10, 10, ones10), ones40 = join(ones20, 20, ones20);
  const ones50 = join(ones40, 10, ones10), ones100 = join(ones50, 50, ones50), ones200 = join(ones100, 100, ones100);
  return join(join(ones200, 50, ones50), 2, value);
}

const inverse = (value) => power(value, P - 2n);
const CURVE_D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

function littleEndian(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

// Points as [X, Y, Z, T] with x = X/Z, y = Y/Z, xy = T/Z.
const IDENTITY = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = ((y1 - x1) * (y2 - x2)) % P, b = ((y1 + x1) * (y2 + x2)) % P;
  const c = (((2n * t1 * t2) % P) * CURVE_D) % P, d = (2n * z1 * z2) % P;
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

function double([x, y, z]) {
  const a = (x * x) % P, b = (y * y) % P, c = (2n * z * z) % P;
  const h = a + b, e = h - (x + y) * (x + y), g = a - b, f = c + g;
  const e1 = e % P;
  return [(e1 * f) % P, (g * h) % P, (f * g) % P, (e1 * h) % P];
}

const negative = ([x, y, z, t]) => [-x, y, z, -t];

// The point of 32 bytes, or null when there is none or they are not its canonical encoding.
function pointOf(bytes) {
  const sign = BigInt(bytes[31] >> 7), y = littleEndian(bytes) & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(CURVE_D * y * y + 1n);
  const cube = (((v * v) % P) * v) % P;
  let x = (((u * cube) % P) * almostRoot((((cube * cube) % P) * ((u * v) % P)) % P)) % P;
  const found = mod(v * x * x);
  if (found !== u) {
    if (found !== mod(-u)) return null;
    x = (x * ROOT_OF_MINUS_1) % P;
  }
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, (x * y) % P];
}

function isSmall(point) {
  const [x, y, z] = double(double(double(point)));
  return mod(x) === 0n && mod(y - z) === 0n;
}

const BASE_Y = mod(4n * inverse(5n));
const BASE = pointOf(Uint8Array.from({ length: 32 }, (_, at) => Number((BASE_Y >> BigInt(8 * at)) & 255n)));

// 0 to 15 times a point.
function multiples(point) {
  const out = [IDENTITY];
  while (out.length < 16) out.push(add(out[out.length - 1], point));
  return out;
}

const BASE_MULTIPLES = multiples(BASE);

// a·BASE + b·B, four bits at a time.
function sumWithBase(a, b, point) {
  const ofPoint = multiples(point);
  let out = IDENTITY;
  for (let shift = 252n; shift >= 0n; shift -= 4n) {
    out = double(double(double(double(out))));
    const inA = (a >> shift) & 15n, inB = (b >> shift) & 15n;
    if (inA) out = add(out, BASE_MULTIPLES[inA]);
    if (inB) out = add(out, ofPoint[inB]);
  }
  return out;
}

function verifyEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const encodedR = signature.subarray(0, 32), s = littleEndian(signature.subarray(32));
  if (s >= ORDER) return false;
  const a = pointOf(key), r = pointOf(encodedR);
  if (!a || !r || isSmall(a) || isSmall(r)) return false;
  const k = littleEndian(sha512(joinBytes(encodedR, key, message))) % ORDER;
  const [x, y, z] = sumWithBase(s, k, negative(a));
  return mod(x - r[0] * z) === 0n && mod(y - r[1] * z) === 0n;
}
