// The signed documents of an archive: lists of files, `snapshot.json`, `keys.json`, and what was remembered.

const MAX_MANIFEST_BYTES = 32 << 20;
const MAX_SEQ = 9999999;
const FORMAT_VERSION = 1;

// Digests by path, of a text in the one form that `sha256sum` and this format share.
function parseManifest(bytes) {
  const refuse = (line, problem) => new Wrong(`line ${line}: ${problem}`);
  if (bytes.length > MAX_MANIFEST_BYTES) throw refuse(0, 'over the size limit');
  const whole = textOf(bytes);
  if (whole === null) throw refuse(0, 'not UTF-8');
  const lines = whole.split('\n'), entries = new Map();
  if (lines.pop() !== '') throw refuse(lines.length + 1, 'no line feed at the end');
  if (lines.length > MAX_MEMBERS) throw refuse(lines.length, 'more lines than an archive may have files');
  let last = null;
  lines.forEach((line, index) => {
    const form = /^([0-9a-f]{64}) {2}([^]*)$/.exec(line);
    if (!form) throw refuse(index + 1, 'not 64 lower-case hex digits, two spaces and a name');
    const [, digest, name] = form, problem = nameProblem(name);
    if (problem) throw refuse(index + 1, problem);
    if (last !== null && name <= last) throw refuse(index + 1, 'the name is there twice or out of order');
    entries.set(name, digest);
    last = name;
  });
  return entries;
}

// Whether an instant is like 2026-11-21T09:00:00Z, of a day that exists. As text they compare like times.
function isInstant(value) {
  const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(value);
  if (!form) return false;
  const [year, month, day, hour, minute, second] = form.slice(1).map(Number);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && hour < 24 && minute < 60 && second < 60;
}

const CONTROL = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

function isLine(value, bytes) {
  return value !== '' && utf8(value).length <= bytes && !CONTROL.test(value);
}

const isPart = (value) => value.length <= 60 && !/[A-Z/]/.test(value) && nameProblem(value) === null;
const isVisible = (value) => /^[!-~]{1,100}$/.test(value) && !/[=#]/.test(value);
const rule = (is, holds) => text(is, (value) => (holds(value) ? value : undefined));

const aPart = rule('one lower-case path component of at most 60 bytes', isPart);
const aWord = rule('1 to 60 of a-z, 0-9 and -', (value) => /^[a-z0-9-]{1,60}$/.test(value));
const aVisible = rule('1 to 100 visible ASCII characters without `=` and `#`', isVisible);
const anInstant = rule('an instant', isInstant);
const aLine = (bytes) => rule(`one line of at most ${bytes} bytes`, (value) => isLine(value, bytes));
const aPath = rule('an allowed path', (value) => nameProblem(value) === null);
const aKey = text('a public key', (value) => {
  try {
    return value.startsWith(UNTRUSTED) ? undefined : parsePublicKey(value);
  } catch {
    return undefined;
  }
});

const SNAPSHOT = {
  format: aCount,
  kind: rule('archive or packet', (value) => value === 'archive' || value === 'packet'),
  origin: aVisible,
  slug: aPart,
  seq: aCount,
  label: aLine(200),
  state: rule('draft or released', (value) => value === 'draft' || value === 'released'),
  developmentKey: aBoolean,
  created: anInstant,
  expires: anInstant,
  'previous?': anObject({ seq: aCount, snapshotSha256: aDigest }),
  verdicts: listOf(anObject({ failed: aCount, notAssessed: aCount, outcome: aWord, passed: aCount, profile: aWord, waived: aCount }), 'verdicts[]'),
  generator: anObject({ name: aVisible, version: aVisible }),
  files: listOf(anObject({
    mediaType: rule('1 to 127 characters of printable ASCII', (value) => /^[ -~]{1,127}$/.test(value)),
    path: aPath,
    sha256: aDigest,
    size: aCount,
    'title?': aLine(500),
  }), 'files[]'),
};
const PACKET_OF = anObject({ audience: aLine(200), profile: aPart, snapshotSha256: aDigest });

// The version of the format is another one.
class OtherVersion extends Wrong {}

function parseSnapshot(bytes) {
  const value = parseJson(bytes);
  const format = value instanceof Map ? aCount.read(value.get('format')) : undefined;
  if (format !== undefined && format !== FORMAT_VERSION) {
    throw new OtherVersion(`format version ${format}, this program reads version ${FORMAT_VERSION} only`);
  }
  const isPacket = value instanceof Map && value.get('kind') === 'packet';
  const snapshot = anObject(isPacket ? { ...SNAPSHOT, packet: PACKET_OF } : SNAPSHOT).members(value, '');
  const { seq, previous, verdicts, files } = snapshot;
  const refuse = (problem) => new Wrong(problem);
  if (seq < 1 || seq > MAX_SEQ) throw refuse('seq is not between 1 and 9999999');
  if (snapshot.created >= snapshot.expires) throw refuse('expires is not after created');
  if (previous && (previous.seq < 1 || previous.seq >= seq)) throw refuse('previous.seq is not below seq');
  if (verdicts.length > 100) throw refuse('verdicts is not a list of at most 100');
  if (verdicts.some((verdict, at) => at > 0 && verdicts[at - 1].profile >= verdict.profile)) {
    throw refuse('verdicts is not sorted by profile, each once');
  }
  files.forEach((file, at) => {
    if (at > 0 && files[at - 1].path >= file.path) throw refuse(`files: ${file.path} is there twice or out of order`);
    if (file.size > MAX_FILE_BYTES) throw refuse(`files: ${file.path} is over the size limit`);
  });
  return snapshot;
}

function rootOf({ kind, slug, seq, packet }) {
  const number = String(seq).padStart(4, '0');
  return kind === 'packet' ? `packet-${number}-${packet.profile}` : `${slug}-${number}`;
}

function trustedComment(snapshot) {
  const { origin, seq, created, expires } = snapshot;
  return `trustbook v1 origin=${origin} seq=${seq} created=${created} expires=${expires} file=${rootOf(snapshot)}.zip`;
}

const KEYS_SCHEMA = 'trustbook-keys/v1';
const MAX_KEYS = 1000;

const KEY_SET = anObject({
  schema: rule(KEYS_SCHEMA, (value) => value === KEYS_SCHEMA),
  origin: aString,
  version: aCount,
  roots: listOf(anObject({
    key: aKey,
    'handover?': text('64 bytes in canonical base64', (value) => {
      const bytes = bytesOfBase64(value);
      return bytes?.length === 64 ? bytes : undefined;
    }),
  }), 'roots[]'),
  keys: listOf(anObject({
    firstSeq: aCount,
    key: aKey,
    'lastSeq?': aCount,
    'revoked?': anObject({ logSize: aCount, reason: rule('a line of printable ASCII', isComment) }),
    role: rule('attest, log or release', (value) => ['attest', 'log', 'release'].includes(value)),
  }), 'keys[]'),
});

// A `keys.json` that its newest root signed. Whether any of its roots is to be trusted is for the caller to say.
function openKeys(bytes, signature) {
  const set = KEY_SET.members(parseJson(bytes), '');
  const all = [...set.roots, ...set.keys].map((entry) => entry.key);
  if (set.version === 0 || set.roots.length === 0 || all.length > MAX_KEYS) {
    throw new Wrong(`no version, no root, or more than ${MAX_KEYS} keys`);
  }
  const seen = new Set();
  for (const { id, key } of all) {
    if (seen.has(id) || seen.has(hexOf(key))) throw new Wrong(`key ${id} is there twice, or two keys have its name`);
    seen.add(id).add(hexOf(key));
  }
  set.roots.forEach(({ key, handover }, at) => {
    const given = `trustbook-root/v1\norigin ${set.origin}\nkey ${key.base64}\n`;
    const holds = at === 0 ? !handover : handover && verifyEd25519(set.roots[at - 1].key.key, blake2b512(utf8(given)), handover);
    if (!holds) throw new Wrong(`the root before did not hand over to root ${key.id}`);
  });
  for (const { key, firstSeq, lastSeq } of set.keys) {
    if (firstSeq === 0 || (lastSeq !== undefined && lastSeq < firstSeq)) throw new Wrong(`key ${key.id} is for no snapshot`);
  }
  const minisig = parseMinisig(signature);
  checkMinisig(minisig, set.roots[set.roots.length - 1].key, blake2b512(bytes));
  if (minisig.untrustedComment !== UNTRUSTED_COMMENT || minisig.trustedComment !== `${KEYS_SCHEMA} origin=${set.origin} version=${set.version}`) {
    throw new Wrong('the comments of its signature are not those it must have');
  }
  return { ...set, bytes };
}

const STATE_SCHEMA = 'trustbook-state/v1';
const STATE = anObject({
  checkpoint: aString,
  keysVersion: aCount,
  origin: aString,
  schema: rule(STATE_SCHEMA, (value) => value === STATE_SCHEMA),
  seq: aCount,
  tagManifestSha256: aDigest,
});

// What was remembered after the last success.
function parseState(bytes) {
  if (bytes[bytes.length - 1] !== 10) throw new Wrong('it is cut off');
  const state = STATE.members(parseJson(bytes.subarray(0, -1)), '');
  if (state.checkpoint !== '') parseCheckpoint(state.checkpoint);
  return state;
}
