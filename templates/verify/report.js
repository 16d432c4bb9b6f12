// From what is given to a report: which file is what, every check in order, one verdict. The report is that of
// `trustbook-verify --format json`, member for member.

const MEANINGS = new Map([
  [2, 'the command could not be understood'],
  [AUTHENTICITY, 'a signature is missing or wrong'],
  [INTEGRITY, 'contents differ from what is signed, or from each other'],
  [COMPLETENESS, 'files are missing, or are there that nothing lists'],
  [CONTAINER, 'the container or a name is not in the form'],
  [UNSUPPORTED, 'another version of the format is needed'],
  [STALE, 'expired, or from the future'],
  [LOG_FORK, 'the log shows two histories'],
  [KEY, 'the key is revoked or unknown'],
]);

// What a file is for, by its name; null for what no verification asks for.
function partOf(path) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.zip$/i.test(name)) return 'archive';
  if (name === 'keys.json') return 'keys';
  if (name === 'keys.json.minisig') return 'keysSignature';
  if (name.endsWith('.minisig')) return 'signature';
  if (name.endsWith('.tlog-proof')) return 'proof';
  if (name === 'checkpoint' || /(^|\/)tile\/0\/(x\d{3}\/)*\d{3}(\.p\/\d+)?$/.test(path)) return 'log';
  if (name === 'state' || name.endsWith('.state')) return 'state';
  return null;
}

// The instant that a text stands for: itself, or the last second of a day.
function instantOf(written) {
  return [written, `${written}T23:59:59Z`].find(isInstant) ?? null;
}

// Sorts out the files, reads the small ones, and understands the terms. Throws `Wrong` for what ends with exit code 2.
async function readGiven({ files, key, asOf }) {
  const parts = new Map();
  for (const { path, blob } of files) {
    const part = partOf(path);
    if (part) parts.set(part, [...(parts.get(part) ?? []), { path, blob }]);
  }
  const archives = parts.get('archive') ?? [];
  if (archives.length !== 1) throw new Wrong(archives.length === 0 ? 'no archive, a file that ends in `.zip`' : 'more than one archive');
  const name = archives[0].path.slice(archives[0].path.lastIndexOf('/') + 1);
  // With one archive there is one of each; of several, the one that is named like the archive.
  const one = (part, wanted) => {
    const found = parts.get(part) ?? [];
    const chosen = found.length > 1 && wanted ? found.filter(({ path }) => path.endsWith(wanted)) : found;
    if (chosen.length > 1) throw new Wrong(`more than one file for one purpose: ${chosen.map(({ path }) => `\`${path}\``).join(', ')}`);
    return chosen[0];
  };
  const small = async (file, limit) => smallFile(file.blob, file.path, limit);
  const given = { name, archive: archives[0].blob, pinned: null, newerKeys: null, log: null, proof: null, state: null };
  const typed = (key ?? '').replace(/\r\n/g, '\n').trim();
  if (typed !== '') given.pinned = need(known(() => parsePublicKey(typed), (error) => new Wrong(`the key given is no public key: ${error.message}`)));
  given.asOf = instantOf((asOf ?? '').trim() || new Date().toISOString().replace(/\.\d+Z$/, 'Z'));
  if (!given.asOf) throw new Wrong('the time is neither like 2026-11-21 nor like 2026-11-21T09:00:00Z');
  const signature = one('signature', `${name}.minisig`), proof = one('proof', `${name}.tlog-proof`);
  given.signature = signature
    ? await small(signature, MAX_SIGNATURE_BYTES).then((bytes) => ({ bytes }), (error) => ({ unreadable: error.message }))
    : { missing: `${name}.minisig` };
  if (proof) given.proof = await small(proof, MAX_NOTE_BYTES).catch(() => null);
  const keys = one('keys'), keysSignature = one('keysSignature');
  if (keys || keysSignature) {
    if (!keys || !keysSignature) throw new Wrong('newer keys are two files, `keys.json` and `keys.json.minisig`');
    given.newerKeys = [await small(keys, MAX_JSON_BYTES), await small(keysSignature, MAX_SIGNATURE_BYTES)];
  }
  const state = one('state');
  if (state) {
    const bytes = await small(state, MAX_JSON_BYTES);
    given.state = need(known(() => parseState(bytes), (error) => new Wrong(`${state.path}: ${error.message}`)));
  }
  const log = parts.get('log');
  if (log) given.log = await readLog(new Map(log.map(({ path, blob }) => [path.replace(/^.*?((tile\/|checkpoint$))/, '$1'), blob])));
  return given;
}

function judge([check, title, run], facts) {
  const { value, refusal } = known(() => run(facts));
  if (!refusal) return { check, title, outcome: 'passed', detail: value, code: null, path: null };
  return { check, title, outcome: refusal.outcome, detail: refusal.detail, code: refusal.code, path: refusal.path };
}

// 0 when every check passed under a key; else the code of the first that failed; else 20.
function exitCodeOf(checks, pinned) {
  const first = checks.find((check) => check.outcome === 'failed');
  if (first) return first.code;
  const isComplete = checks.length === CHECKS.length && checks.every(({ outcome }) => outcome === 'passed' || outcome === 'not-applicable');
  return isComplete && pinned ? 0 : UNDECIDED;
}

function headlineOf(exitCode, checks, snapshot) {
  if (exitCode === 0) {
    if (snapshot?.developmentKey) return 'verified: every check passed, but under a DEVELOPMENT KEY';
    if (snapshot?.state === 'draft') return 'verified: every check passed, but it is a DRAFT and no release';
    return 'verified: every check passed';
  }
  if (exitCode !== UNDECIDED) return `NOT VERIFIED: ${MEANINGS.get(exitCode)}`;
  return checks.every(({ outcome, detail }) => outcome !== 'not-checked' || detail === NO_KEY)
    ? 'not verified: self-consistent, but by an unknown key; give the publisher’s key'
    : 'not verified: not everything could be checked';
}

// What is to be remembered after success. A draft and a packet say nothing about what comes after.
function nextState(facts) {
  const snapshot = facts.snapshot.value;
  if (!snapshot || snapshot.state === 'draft' || snapshot.kind !== 'archive' || facts.trust.refusal) return null;
  const note = facts.logged.value?.note ?? '', before = facts.state?.checkpoint ?? '';
  const size = (written) => known(() => parseCheckpoint(written).size).value ?? 0;
  return {
    checkpoint: size(before) > size(note) ? before : note,
    keysVersion: facts.trust.value.set?.version ?? 0,
    origin: snapshot.origin,
    schema: STATE_SCHEMA,
    seq: snapshot.seq,
    tagManifestSha256: digestOf(tag(facts, TAG_MANIFEST)),
  };
}

function reportOn(facts) {
  const checks = CHECKS.map((row) => judge(row, facts));
  const snapshot = facts.snapshot.value ?? null, { pinned } = facts;
  const exitCode = exitCodeOf(checks, pinned), next = known(() => nextState(facts)).value ?? null;
  const notes = [];
  if (snapshot && facts.name !== `${rootOf(snapshot)}.zip`) {
    notes.push(`it is called \`${facts.name}\` here and \`${rootOf(snapshot)}.zip\` inside; the name on disk is not authenticated`);
  }
  const report = {
    asOf: facts.asOf,
    checkpoint: next?.checkpoint || null,
    checks,
    exitCode,
    file: facts.name,
    form: 'archive',
    formatVersion: FORMAT_VERSION,
    headline: headlineOf(exitCode, checks, snapshot),
    key: pinned && { fingerprint: fingerprint(pinned), id: pinned.id },
    notes,
    snapshot: snapshot && {
      created: snapshot.created,
      developmentKey: snapshot.developmentKey,
      expires: snapshot.expires,
      files: snapshot.files.length,
      kind: snapshot.kind,
      label: snapshot.label,
      origin: snapshot.origin,
      seq: snapshot.seq,
      state: snapshot.state,
    },
    verified: exitCode === 0,
  };
  return {
    report,
    // Only after success; `state` in the form of FORMAT.md, section 12.
    state: exitCode === 0 && next ? `${printJson(next)}\n` : null,
    // Both checkpoints of a fork, which prove it to others.
    fork: exitCode === LOG_FORK && next && facts.state ? `${facts.state.checkpoint}\n${next.checkpoint}` : null,
  };
}

// Verifies `files`, a list of `{ path, blob }`, under `key`, as of `asOf`. Everything that goes wrong is in the report.
async function verifyFiles(given, tick = async () => {}) {
  try {
    return reportOn(await gather(await readGiven(given), tick));
  } catch (error) {
    if (error instanceof Stopped) throw error;
    // What ends here was not verified, whatever it was.
    const report = { exitCode: 2, headline: `not verified: ${error.message ?? error}`, verified: false };
    return { report, state: null, fork: null };
  }
}

// Thrown by `tick` when nobody waits for the answer any more.
class Stopped extends Error {}
