// Public keys and signature files of the `minisign` program, the prehashed kind only, and DSSE envelopes.

const MAX_SIGNATURE_BYTES = 4096;
const UNTRUSTED = 'untrusted comment: ';
const TRUSTED = 'trusted comment: ';
const UNTRUSTED_COMMENT = 'signature from minisign secret key';

function isComment(text) {
  return text.length <= 400 && /^[ -~]*$/.test(text);
}

// The 56 characters, or the two lines of a public key file.
function parsePublicKey(written) {
  let line = written;
  if (written.startsWith(UNTRUSTED)) {
    const end = written.indexOf('\n');
    if (end < 0 || !isComment(written.slice(UNTRUSTED.length, end))) throw new Wrong('not the two lines of a public key');
    line = written.slice(end + 1).replace(/\n$/, '');
  }
  const bytes = bytesOfBase64(line);
  if (!bytes || bytes.length !== 42) throw new Wrong('the public key is not canonical base64 of the right length');
  if (bytes[0] !== 0x45 || bytes[1] !== 0x64) throw new Wrong('not a key of the algorithm `Ed`');
  const key = bytes.subarray(10);
  if (!pointOf(key)) throw new Wrong('the public key is no point on the curve');
  return { id: keyName(bytes.subarray(2, 10)), key, base64: line };
}

// A key's name as the `minisign` program shows it.
function keyName(bytes) {
  return hexOf(bytes.slice().reverse()).toUpperCase();
}

function fingerprint(key) {
  return hexOf(sha256(key.key));
}

function parseMinisig(bytes) {
  const lines = (bytes.length <= MAX_SIGNATURE_BYTES ? textOf(bytes) : null)?.split('\n');
  if (!lines || lines.length !== 5 || lines[4] !== '' || !lines[0].startsWith(UNTRUSTED) || !lines[2].startsWith(TRUSTED)) {
    throw new Wrong('not the four lines of a minisign signature, each ended by one line feed');
  }
  const untrustedComment = lines[0].slice(UNTRUSTED.length), trustedComment = lines[2].slice(TRUSTED.length);
  if (!isComment(untrustedComment) || !isComment(trustedComment)) {
    throw new Wrong('a comment is not printable ASCII of at most 400 bytes');
  }
  const signed = bytesOfBase64(lines[1]), global = bytesOfBase64(lines[3]);
  if (!signed || signed.length !== 74) throw new Wrong('the signature is not canonical base64 of the right length');
  if (signed[0] !== 0x45 || signed[1] !== 0x44) {
    throw new Wrong(signed[1] === 0x64 ? 'a legacy signature, which is not prehashed, is never accepted' : 'an unknown algorithm');
  }
  if (!global || global.length !== 64) throw new Wrong('the global signature is not canonical base64 of the right length');
  return { untrustedComment, trustedComment, keyId: keyName(signed.subarray(2, 10)), signature: signed.subarray(10), global };
}

// Checks both signatures by `key`, over the BLAKE2b-512 of a file and over the trusted comment.
function checkMinisig(minisig, key, hash) {
  if (minisig.keyId !== key.id) throw new Wrong(`signed by key ${minisig.keyId}, the key given is ${key.id}`);
  if (!verifyEd25519(key.key, hash, minisig.signature)) throw new Wrong('the signature does not match the bytes and the key');
  if (!verifyEd25519(key.key, joinBytes(minisig.signature, utf8(minisig.trustedComment)), minisig.global)) {
    throw new Wrong('the trusted comment is not the one that was signed');
  }
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const ENVELOPE = anObject({
  payload: text('canonical base64', (value) => bytesOfBase64(value) ?? undefined),
  payloadType: text('that of in-toto', (value) => (value === PAYLOAD_TYPE ? value : undefined)),
  signatures: listOf(anObject({
    keyid: aString,
    sig: text('64 bytes in canonical base64', (value) => {
      const bytes = bytesOfBase64(value);
      return bytes?.length === 64 ? bytes : undefined;
    }),
  }), 'signatures[]'),
});

// One line with one envelope with one signature.
function parseEnvelope(bytes) {
  if (bytes[bytes.length - 1] !== 10) throw new Wrong('no line feed at the end');
  const { payload, signatures } = ENVELOPE.members(parseJson(bytes.subarray(0, -1)), '');
  if (signatures.length !== 1) throw new Wrong('not exactly one signature');
  return { payload, keyId: signatures[0].keyid, signature: signatures[0].sig };
}

// What a DSSE signature is over.
function encodedForSigning(payload) {
  return joinBytes(utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
}

// How securesystemslib names the key.
function statementKeyId(key) {
  return hexOf(sha256(utf8(`{"keytype":"ed25519","keyval":{"public":"${hexOf(key.key)}"},"scheme":"ed25519"}`)));
}

// The one payload that a statement about this snapshot may have.
function statementText(snapshot, snapshotDigest, manifestDigest) {
  return printJson({
    _type: 'https://in-toto.io/Statement/v1',
    predicate: { created: snapshot.created, origin: snapshot.origin, seq: snapshot.seq, snapshotSha256: snapshotDigest },
    predicateType: 'urn:trustbook:snapshot:v1',
    subject: [{ digest: { sha256: manifestDigest }, name: 'manifest-sha256.txt' }],
  });
}
