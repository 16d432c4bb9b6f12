// Gathers what the checks judge: lists, small files, digests, keys, the place in the log. Judges nothing itself.

const AUTHENTICITY = 10;
const INTEGRITY = 11;
const COMPLETENESS = 12;
const CONTAINER = 13;
const UNSUPPORTED = 14;
const STALE = 15;
const LOG_FORK = 16;
const KEY = 17;
const UNDECIDED = 20;

const NO_KEY = 'no key was given, so nobody vouches for this: give the publisher’s key';

const PAYLOAD_MANIFEST = 'manifest-sha256.txt';
const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const TAG_SIGNATURE = 'tagmanifest-sha256.txt.minisig';
const STATEMENT = 'snapshot.intoto.jsonl';
const ROLE_FILES = ['keys.json', 'keys.json.minisig', 'log/leaf-hashes'];

// Every file outside `data/`, with the most bytes that it may have. Sorted.
const TAG_FILES = new Map([
  ['VERIFY.txt', 1 << 20],
  ['bag-info.txt', 1 << 20],
  ['bagit.txt', 1 << 20],
  ['keys.json', 1 << 20],
  ['keys.json.minisig', MAX_SIGNATURE_BYTES],
  ['log/leaf-hashes', MAX_MANIFEST_BYTES],
  [PAYLOAD_MANIFEST, MAX_MANIFEST_BYTES],
  [STATEMENT, 1 << 20],
  ['snapshot.json', MAX_JSON_BYTES],
  [TAG_MANIFEST, MAX_MANIFEST_BYTES],
  [TAG_SIGNATURE, MAX_SIGNATURE_BYTES],
]);

// Why a check did not pass: `failed`, `not-checked` or `not-applicable`.
class Refusal extends Error {
  constructor(outcome, detail, code = null, path = null) {
    super(detail);
    Object.assign(this, { outcome, detail, code, path });
  }
}

const failed = (code, path, detail) => new Refusal('failed', detail, code, path);
const notChecked = (detail) => new Refusal('not-checked', detail);
const notApplicable = (detail) => new Refusal('not-applicable', detail);

// A value, or why there is none. `asRefusal` says what a text that is wrong means here.
function known(get, asRefusal = (error) => notChecked(error.message)) {
  try {
    return { value: get() };
  } catch (error) {
    return { refusal: error instanceof Refusal ? error : error instanceof Wrong ? asRefusal(error) : notChecked(String(error.message ?? error)) };
  }
}

async function knownLater(get, asRefusal) {
  try {
    const value = await get();
    return { value };
  } catch (error) {
    return known(() => { throw error; }, asRefusal);
  }
}

function need(result) {
  if (result.refusal) throw result.refusal;
  return result.value;
}

function isPayload(name) {
  return name.startsWith('data/');
}

// Members by their names inside the root folder.
function checkNames(entries) {
  const unique = new UniqueNames(), files = new Map();
  let root = null;
  for (const entry of entries) {
    const shown = shownText(entry.name), full = textOf(entry.name);
    const refuse = (problem) => failed(CONTAINER, shown, problem);
    if (full === null) throw refuse('the name is not ASCII');
    const slash = full.indexOf('/');
    if (slash < 0) throw refuse('the file is not in the root folder');
    const folder = full.slice(0, slash), name = full.slice(slash + 1);
    root ??= folder;
    if (folder !== root) throw refuse('a second root folder');
    const problem = nameProblem(folder) ?? (folder.length > MAX_ROOT_BYTES ? "the root folder's name is too long" : null) ?? nameProblem(name) ?? unique.add(name);
    if (problem) throw refuse(problem);
    files.set(name, entry);
  }
  return { root, files };
}

// The content of a member, piece by piece to `sink`.
async function readMember(input, entry, sink, tick) {
  try {
    await readContent(input, entry, sink, tick);
  } catch (error) {
    throw error instanceof Wrong ? failed(CONTAINER, shownText(entry.name), error.message) : error;
  }
}

async function readTags(input, named, tick) {
  const tags = new Map();
  for (const [name, limit] of TAG_FILES) {
    if (ROLE_FILES.includes(name) && !named.value?.files.has('keys.json')) continue;
    tags.set(name, await knownLater(async () => {
      if (named.refusal) throw notChecked('the list of files could not be read');
      const entry = named.value.files.get(name);
      if (!entry) throw failed(COMPLETENESS, name, 'the file is missing');
      if (entry.sizeBytes > limit) throw failed(CONTAINER, name, `${entry.sizeBytes} bytes, the limit is ${limit}`);
      const pieces = [];
      await readMember(input, entry, (piece) => pieces.push(piece.slice()), tick);
      return joinBytes(...pieces);
    }));
  }
  return tags;
}

// The bytes of a tag file, for a check that needs it.
function tag(facts, name) {
  const found = facts.tags.get(name);
  if (!found) throw notChecked(`${name} was not read`);
  return need(found);
}

const digestOf = (bytes) => hexOf(sha256(bytes));

// Who may have signed, by the caller's key and the signatures on `keys.json`.
function findTrust(facts) {
  const { pinned, newerKeys } = facts;
  if (!pinned) throw notChecked(NO_KEY);
  const refuse = (detail) => failed(KEY, 'keys.json', detail);
  const open = (bytes, signature) => need(known(() => openKeys(bytes, signature), (error) => refuse(error.message)));
  const own = facts.tags.has('keys.json') ? open(tag(facts, 'keys.json'), tag(facts, 'keys.json.minisig')) : null;
  let set = own;
  if (newerKeys) {
    set = open(...newerKeys);
    if (own) {
      const continues = own.roots.every((root, at) => {
        const other = set.roots[at];
        return other && other.key.base64 === root.key.base64 && hexOf(other.handover ?? []) === hexOf(root.handover ?? []);
      });
      if (set.version < own.version || !continues) throw refuse('the keys given are older than those in the archive, or of another root');
      if (set.version === own.version && !sameBytes(set.bytes, own.bytes)) {
        throw refuse('the keys given and those in the archive differ under one version');
      }
    }
  }
  if (!set) return { set: null, hasRoot: false };
  const isPinned = ({ key }) => key.base64 === pinned.base64;
  const hasRoot = set.roots.some(isPinned);
  // A release key vouches for the keys in what it signed itself, and for nobody else's.
  if (hasRoot || own?.keys.some((entry) => entry.role === 'release' && isPinned(entry))) return { set, hasRoot };
  throw refuse('the key given is neither a root of these keys nor one of their release keys');
}

// The keys that may have signed something of this role. Whether they still might is for the check on roles.
function keysFor(facts, role) {
  const { set, hasRoot } = need(facts.trust);
  if (!set || (role === 'release' && !hasRoot)) return [facts.pinned];
  return set.keys.filter((entry) => entry.role === role).map((entry) => entry.key);
}

// Where the archive stands: the tree is built again from the hashes in it, or taken from the newer log.
function findInLog(facts) {
  if (facts.snapshot.refusal || facts.trust.refusal) {
    const why = facts.trust.refusal?.outcome === 'not-checked' ? facts.trust.refusal.detail : 'the keys or snapshot.json could not be established';
    throw notChecked(why);
  }
  const snapshot = facts.snapshot.value, { set } = facts.trust.value;
  if (!set) throw notApplicable('without key roles there is no log: an older snapshot cannot be told from the newest');
  if (snapshot.state === 'draft') throw notApplicable('a draft is in no log');
  if (snapshot.kind !== 'archive') throw notApplicable('a packet is in no log; the snapshot that it was made of is');
  const fork = (detail) => failed(LOG_FORK, 'log/leaf-hashes', detail);
  let leaves = hashesOf(tag(facts, 'log/leaf-hashes'));
  if (!leaves) throw failed(CONTAINER, 'log/leaf-hashes', 'not hashes of 32 bytes, or too many');
  const index = leaves.length;
  leaves.push(snapshotLeaf(snapshot, digestOf(tag(facts, TAG_MANIFEST))));
  let note = null, head = null;
  if (facts.log) {
    const isBeginning = leaves.length <= facts.log.leaves.length && leaves.every((leaf, at) => sameBytes(leaf, facts.log.leaves[at]));
    if (!isBeginning) throw fork('the log given does not hold this snapshot where the archive says');
    ({ note, leaves } = facts.log);
  } else if (facts.proof) {
    const proof = textOf(facts.proof);
    if (proof === null) throw fork('the proof is not UTF-8');
    const end = proof.indexOf('\n\n');
    if (end < 0) throw fork('the proof holds no checkpoint');
    head = proof.slice(0, end + 2);
    note = proof.slice(end + 2);
  } else {
    throw notChecked('there is no proof that it is in the log: give the `.tlog-proof` that belongs beside it, or a newer log');
  }
  const mayCount = ({ role, revoked, firstSeq, lastSeq }) =>
    role === 'log' && !revoked && (facts.log || (firstSeq <= snapshot.seq && (lastSeq === undefined || snapshot.seq <= lastSeq)));
  const keys = set.keys.filter(mayCount).map((entry) => entry.key);
  const checkpoint = need(known(() => openCheckpoint(note, snapshot.origin, keys), (error) => failed(AUTHENTICITY, 'the checkpoint', error.message)));
  if (checkpoint.size !== leaves.length || !sameBytes(checkpoint.root, treeRoot(leaves))) {
    throw fork('the signed checkpoint is that of another tree');
  }
  if (head !== null && head !== proofHead(leaves, index)) throw fork('the proof is not that of this leaf in this tree');
  return { index, leaves, note };
}

// Why a payload file is not to be read. What a stranger made can be a thousand times larger than the archive, so under a
// key only what signed lists vouch for is read, and no more than they say.
function whyNotRead(facts, isVouched, isSwollen, listed, name, entry) {
  const because = (why) => notChecked(`${name} was not read, because ${why}`);
  if (!facts.pinned) return isSwollen ? because('the contents are a hundred times the archive, and no key vouches for it') : null;
  if (!isVouched || !listed) return because('no signed list vouches for it');
  if (!listed.has(name)) return because('snapshot.json does not list it');
  return entry.sizeBytes <= listed.get(name) ? null : failed(INTEGRITY, name, 'larger than its signed size');
}

async function hashPayload(facts, isVouched, input, tick) {
  const payload = new Map();
  if (facts.named.refusal) return payload;
  const files = [...facts.named.value.files].filter(([name]) => isPayload(name));
  const size = files.reduce((sum, [, entry]) => sum + entry.sizeBytes, 0);
  const isSwollen = Math.floor(size / 100) > input.size;
  const listed = facts.snapshot.value && new Map(facts.snapshot.value.files.map((file) => [file.path, file.size]));
  for (const [name, entry] of files) {
    payload.set(name, await knownLater(async () => {
      const why = whyNotRead(facts, isVouched, isSwollen, listed, name, entry);
      if (why) throw why;
      const hash = new Sha256();
      await readMember(input, entry, (piece) => hash.update(piece), tick);
      return hexOf(hash.digest());
    }));
  }
  return payload;
}

async function hashArchive(input, tick) {
  const hash = new Blake2b512();
  for (let at = 0; at < input.size;) {
    const piece = await input.bytes(at, Math.min(READ_BYTES, input.size - at));
    hash.update(piece);
    at += piece.length;
    await tick(piece.length);
  }
  return hash.digest();
}

// Everything that the checks look at. `given` is what `readGiven` makes; `tick` is told how many bytes were read.
async function gather(given, tick) {
  const facts = { ...given };
  const input = new Input(given.archive);
  facts.entries = await knownLater(() => readContainer(input), (error) => failed(CONTAINER, error.member ? shownText(error.member) : null, error.message));
  facts.named = facts.entries.refusal ? { refusal: notChecked('there is no list of files') } : known(() => checkNames(facts.entries.value));
  facts.tags = await readTags(input, facts.named, tick);
  const wrongList = (name) => (error) => failed(CONTAINER, name, error.message);
  facts.tagManifest = known(() => parseManifest(tag(facts, TAG_MANIFEST)), wrongList(TAG_MANIFEST));
  facts.payloadManifest = known(() => parseManifest(tag(facts, PAYLOAD_MANIFEST)), wrongList(PAYLOAD_MANIFEST));
  facts.snapshot = known(() => parseSnapshot(tag(facts, 'snapshot.json')), (error) => failed(error instanceof OtherVersion ? UNSUPPORTED : INTEGRITY, 'snapshot.json', error.message));
  facts.trust = known(() => findTrust(facts));
  facts.logged = known(() => findInLog(facts));
  facts.archiveHash = await knownLater(() => hashArchive(input, tick));
  const isVouched = !known(() => checkInnerSignature(facts)).refusal && !known(() => checkTagDigests(facts)).refusal;
  facts.payload = await hashPayload(facts, isVouched, input, tick);
  return facts;
}
