// The checks, in the order of the report. Each judges the gathered facts by itself: it returns what is worth knowing, or
// throws a `Refusal`. The exit code is that of the first that failed.

function checkContainer(facts) {
  return `${need(facts.entries).length} files`;
}

function checkNamesOf(facts) {
  need(facts.named);
  return '';
}

// When the keys are wrong, that is told by the check on their roles.
function signers(facts, role) {
  const { refusal } = facts.trust;
  if (refusal) throw notChecked(refusal.outcome === 'not-checked' ? refusal.detail : 'the keys that may sign could not be established');
  return keysFor(facts, role);
}

function checkSignature(facts, bytes, hash, path) {
  const wrong = (error) => failed(AUTHENTICITY, path, error.message);
  const minisig = need(known(() => parseMinisig(bytes), wrong));
  const key = signers(facts, 'release').find((candidate) => candidate.id === minisig.keyId);
  if (!key) throw failed(AUTHENTICITY, path, `signed by key ${minisig.keyId}, the key given is ${facts.pinned.id}`);
  need(known(() => checkMinisig(minisig, key, hash), wrong));
  return `by key ${key.id}`;
}

function checkOuterSignature(facts) {
  const { signature } = facts;
  if (signature.missing) throw failed(AUTHENTICITY, signature.missing, 'the signature file is missing');
  if (signature.unreadable) throw notChecked(signature.unreadable);
  if (facts.archiveHash.refusal) throw notChecked(facts.archiveHash.refusal.detail);
  return checkSignature(facts, signature.bytes, facts.archiveHash.value, null);
}

function checkInnerSignature(facts) {
  const list = tag(facts, TAG_MANIFEST);
  const { value: bytes, refusal } = facts.tags.get(TAG_SIGNATURE);
  if (refusal) throw refusal.outcome === 'failed' ? failed(AUTHENTICITY, TAG_SIGNATURE, refusal.detail) : refusal;
  // The one text in the archive that no signature covers is fixed, so that no byte is free.
  const comment = known(() => parseMinisig(bytes).untrustedComment).value;
  if (comment !== undefined && comment !== UNTRUSTED_COMMENT) {
    throw failed(AUTHENTICITY, TAG_SIGNATURE, `the untrusted comment must be \`${UNTRUSTED_COMMENT}\``);
  }
  return checkSignature(facts, bytes, blake2b512(list), TAG_SIGNATURE);
}

function foundFiles(facts, payload) {
  return [...need(facts.named).files.keys()].filter((name) => isPayload(name) === payload);
}

function compareFiles(found, listed, place) {
  const has = { found: new Set(found), listed: new Set(listed) };
  const more = [...has.found].sort(compareText).find((name) => !has.listed.has(name));
  if (more !== undefined) throw failed(COMPLETENESS, more, `the file is there but not listed in ${place}`);
  const less = [...has.listed].sort(compareText).find((name) => !has.found.has(name));
  if (less !== undefined) throw failed(COMPLETENESS, less, `listed in ${place} but not there`);
}

function checkTagFiles(facts) {
  const unlisted = [TAG_MANIFEST, TAG_SIGNATURE];
  const listed = [...need(facts.tagManifest).keys()], found = foundFiles(facts, false);
  const impossible = unlisted.find((name) => listed.includes(name));
  if (impossible) throw failed(COMPLETENESS, impossible, 'a file that cannot be in the list is in it');
  compareFiles(found, [...listed, ...unlisted], TAG_MANIFEST);
  const hasRoles = found.includes('keys.json');
  compareFiles(found, [...TAG_FILES.keys()].filter((name) => hasRoles || !ROLE_FILES.includes(name)), 'the format');
  return `${found.length} files`;
}

function checkTagDigests(facts) {
  const list = need(facts.tagManifest);
  for (const [name, digest] of list) {
    if (digestOf(tag(facts, name)) !== digest) throw failed(INTEGRITY, name, 'the content differs from its signed digest');
  }
  return `${list.size} files`;
}

function checkPayloadFiles(facts) {
  const list = need(facts.payloadManifest), found = foundFiles(facts, true);
  compareFiles(found, list.keys(), PAYLOAD_MANIFEST);
  if (found.length === 0) throw failed(COMPLETENESS, 'data', 'there is no file');
  return `${found.length} files`;
}

function checkPayloadDigests(facts) {
  const list = need(facts.payloadManifest), wrong = [];
  for (const [name, digest] of list) {
    const found = facts.payload.get(name);
    if (!found) wrong.push(notChecked(`${name} has no digest, it was not read`));
    else if (found.refusal) wrong.push(found.refusal);
    else if (found.value !== digest) wrong.push(failed(INTEGRITY, name, 'the content differs from its listed digest'));
  }
  if (wrong.length === 0) return `${list.size} files`;
  // One that failed says more than one that could not be read.
  const first = wrong.find((refusal) => refusal.outcome === 'failed');
  if (!first) throw wrong[0];
  const others = wrong.length > 1 ? ` (and ${wrong.length - 1} more files)` : '';
  throw failed(first.code, first.path, `${first.detail}${others}`);
}

// The snapshot, for checks that come to nothing without it.
function header(facts) {
  if (facts.snapshot.refusal) throw notChecked('snapshot.json could not be read');
  return facts.snapshot.value;
}

function checkBag(facts) {
  const declaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
  if (!sameBytes(tag(facts, 'bagit.txt'), utf8(declaration))) {
    throw failed(CONTAINER, 'bagit.txt', 'not exactly the declaration of a BagIt 1.0 bag in UTF-8');
  }
  const found = tag(facts, 'bag-info.txt'), { files } = need(facts.named), { created, origin, seq } = header(facts);
  const payload = foundFiles(facts, true), bytes = payload.reduce((sum, name) => sum + files.get(name).sizeBytes, 0);
  const info = `Bagging-Date: ${created.slice(0, 10)}\nExternal-Identifier: ${origin}#${seq}\nPayload-Oxum: ${bytes}.${payload.length}\n`;
  if (!sameBytes(found, utf8(info))) {
    throw failed(CONTAINER, 'bag-info.txt', 'differs from what snapshot.json and the files give (date, identifier, Payload-Oxum)');
  }
  return `${bytes} bytes of payload`;
}

function checkSnapshot(facts) {
  const snapshot = need(facts.snapshot), list = need(facts.payloadManifest), { root, files } = need(facts.named);
  if (root !== rootOf(snapshot)) throw failed(INTEGRITY, root, `the root folder must be \`${rootOf(snapshot)}\``);
  for (const { path, sha256: digest, size } of snapshot.files) {
    if (list.get(path) !== digest) throw failed(INTEGRITY, path, 'snapshot.json and manifest-sha256.txt differ on the digest');
    if (files.get(path)?.sizeBytes !== size) throw failed(INTEGRITY, path, 'the size differs from that in snapshot.json');
  }
  if (snapshot.files.length !== list.size) throw failed(INTEGRITY, 'snapshot.json', 'lists fewer files than manifest-sha256.txt');
  return `format version ${FORMAT_VERSION}`;
}

function checkTrustedComments(facts) {
  const expected = trustedComment(header(facts));
  const compare = (bytes, path) => {
    const minisig = known(() => parseMinisig(bytes)).value;
    if (!minisig) throw notChecked(`${path} is not a signature that can be read`);
    if (minisig.trustedComment !== expected) {
      throw failed(INTEGRITY, path, `the trusted comment is \`${minisig.trustedComment}\`, snapshot.json gives \`${expected}\``);
    }
  };
  compare(tag(facts, TAG_SIGNATURE), TAG_SIGNATURE);
  if (!facts.signature.bytes) throw notChecked('the signature file could not be read');
  compare(facts.signature.bytes, 'the signature file');
  return '';
}

function checkStatement(facts) {
  const wrong = (detail) => failed(AUTHENTICITY, STATEMENT, detail);
  const bytes = tag(facts, STATEMENT), envelope = need(known(() => parseEnvelope(bytes), (error) => wrong(error.message)));
  const digests = [tag(facts, 'snapshot.json'), tag(facts, PAYLOAD_MANIFEST)].map(digestOf);
  if (!sameBytes(envelope.payload, utf8(statementText(header(facts), ...digests)))) {
    throw wrong('says something else than snapshot.json and manifest-sha256.txt');
  }
  const key = signers(facts, 'attest').find((candidate) => statementKeyId(candidate) === envelope.keyId);
  if (!key) throw wrong('names no key that may sign it');
  if (!verifyEd25519(key.key, encodedForSigning(envelope.payload), envelope.signature)) {
    throw wrong('the signature does not match the statement and the key');
  }
  return 'one subject, manifest-sha256.txt';
}

function checkKeyRoles(facts) {
  const refuse = (detail) => failed(KEY, 'keys.json', detail);
  const { set } = need(facts.trust), version = set?.version ?? 0, seen = facts.state?.keysVersion ?? 0;
  if (version < seen) throw refuse(`keys of version ${version}, version ${seen} was seen before`);
  if (!set) throw notApplicable('one key for everything: no roles, no revocation');
  const { origin, seq } = header(facts);
  if (set.origin !== origin) throw refuse(`these are the keys of \`${set.origin}\``);
  const signed = [facts.signature.bytes, tag(facts, TAG_SIGNATURE)]
    .map((bytes) => bytes && known(() => parseMinisig(bytes)).value)
    .filter(Boolean)
    .map((minisig) => ['release', minisig.keyId]);
  const statement = tag(facts, STATEMENT), envelope = known(() => parseEnvelope(statement)).value;
  const attester = envelope && keysFor(facts, 'attest').find((key) => statementKeyId(key) === envelope.keyId);
  if (attester) signed.push(['attest', attester.id]);
  for (const [role, id] of signed) {
    const entry = set.keys.find((candidate) => candidate.role === role && candidate.key.id === id);
    if (!entry) throw refuse(`no ${role} key is called ${id}`);
    if (seq < entry.firstSeq || (entry.lastSeq !== undefined && seq > entry.lastSeq)) {
      throw refuse(`${role} key ${id} is not for snapshot ${seq}`);
    }
    if (entry.revoked && !(facts.logged.value && facts.logged.value.index < entry.revoked.logSize)) {
      throw refuse(`${role} key ${id} is revoked (${entry.revoked.reason}), and the log does not prove this to be older`);
    }
  }
  return `version ${version}`;
}

function checkLog(facts) {
  const fork = (detail) => failed(LOG_FORK, 'snapshot.json', detail);
  const snapshot = header(facts);
  const state = snapshot.state === 'released' && snapshot.kind === 'archive' ? facts.state : null;
  if (state) {
    if (state.origin !== snapshot.origin) throw notChecked(`the state given is about \`${state.origin}\``);
    if (snapshot.seq < state.seq) {
      throw failed(STALE, 'snapshot.json', `snapshot ${snapshot.seq} is older than ${state.seq}, which was verified before`);
    }
    if (snapshot.seq === state.seq && digestOf(tag(facts, TAG_MANIFEST)) !== state.tagManifestSha256) {
      throw fork('other contents were verified before under this number');
    }
  }
  if (facts.logged.refusal?.outcome === 'not-applicable' && state && state.checkpoint !== '') {
    throw fork('it was in a log before, and now it is in none');
  }
  const { index, leaves } = need(facts.logged);
  if (state && state.checkpoint !== '') {
    const before = parseCheckpoint(state.checkpoint);
    if (before.size <= leaves.length) {
      if (!sameBytes(treeRoot(leaves, 0, before.size), before.root)) throw fork('the log does not continue the one that was seen before');
    } else if (state.seq !== snapshot.seq) {
      // What is known of the newer log was seen when this same snapshot was verified before.
      throw fork('the log is shorter than when it was seen before');
    }
  }
  return `leaf ${index} of ${leaves.length}`;
}

function checkExpiry(facts) {
  const { created, expires } = header(facts), { asOf } = facts;
  if (asOf >= expires) throw failed(STALE, 'snapshot.json', `expired at ${expires}, asked for ${asOf}`);
  if (asOf < created) throw failed(STALE, 'snapshot.json', `created at ${created}, which is after ${asOf}: is the clock right?`);
  return `until ${expires}, asked for ${asOf}`;
}

function checkState(facts) {
  const { state, developmentKey, packet } = header(facts);
  const words = [state === 'draft' ? 'DRAFT: not a release, may be replaced at any time' : 'released'];
  if (developmentKey) words.push('DEVELOPMENT KEY: says nothing about who made it');
  if (packet) words.push(`a packet for ${packet.audience}, made from snapshot.json ${packet.snapshotSha256}`);
  return words.join('; ');
}

const CHECKS = [
  ['outer-signature', 'signature over the whole archive', checkOuterSignature],
  ['container', 'container in the canonical form', checkContainer],
  ['names', 'names that every file system reads alike', checkNamesOf],
  ['inner-signature', 'signature over the list of lists', checkInnerSignature],
  ['tag-files', 'exactly the files that describe the archive', checkTagFiles],
  ['tag-digests', 'digests of the files that describe the archive', checkTagDigests],
  ['payload-files', 'exactly the files that are listed', checkPayloadFiles],
  ['payload-digests', 'digests of the listed files', checkPayloadDigests],
  ['bag', 'bag declaration and metadata', checkBag],
  ['snapshot', 'snapshot.json agrees with the files', checkSnapshot],
  ['trusted-comments', 'signed comments agree with snapshot.json', checkTrustedComments],
  ['statement', 'in-toto statement agrees and is signed', checkStatement],
  ['key-roles', 'roles and revocation of keys', checkKeyRoles],
  ['log', 'the log, and what was verified before', checkLog],
  ['expiry', 'current at the time asked for', checkExpiry],
  ['state', 'state of the snapshot', checkState],
];
