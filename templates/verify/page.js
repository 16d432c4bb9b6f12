// The page: files and a key in, a list of checks and one sentence out. Text out of an archive only ever becomes text.

const USES = {
  archive: 'the archive',
  signature: 'the signature over the archive',
  proof: 'the proof that it is in the log',
  keys: 'newer keys',
  keysSignature: 'the signature over the newer keys',
  log: 'a copy of the log',
  state: 'what was verified before',
};

const OUTCOMES = {
  passed: ['st-good', 's-met', 'Passed'],
  failed: ['st-bad', 's-not-met', 'Failed'],
  'not-checked': ['', 's-unknown', 'Not checked'],
  'not-applicable': ['', 's-na', 'Not applicable'],
};

// How an exit code looks: tone, shape, word.
const VERDICTS = new Map([
  [0, ['good', 's-met', 'Authentic']],
  [2, ['', 's-unknown', 'Not verified']],
  [AUTHENTICITY, ['bad', 's-not-met', 'Not authentic']],
  [INTEGRITY, ['bad', 's-not-met', 'Altered']],
  [COMPLETENESS, ['bad', 's-not-met', 'Incomplete']],
  [CONTAINER, ['bad', 's-not-met', 'Refused']],
  [UNSUPPORTED, ['', 's-unknown', 'Unsupported']],
  [STALE, ['warn', 's-stale', 'Stale']],
  [LOG_FORK, ['bad', 's-not-met', 'Two histories']],
  [KEY, ['bad', 's-not-met', 'Unknown or revoked key']],
  [UNDECIDED, ['', 's-unknown', 'Not decided']],
]);

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|(?! )\p{Zs}/gu;

// Text without characters that cannot be seen or that reorder what stands beside them, and without runs of spaces.
function plain(written) {
  const seen = String(written).replace(UNSEEN, (found) => `\\u{${found.codePointAt(0).toString(16)}}`);
  return seen.replace(/ {2,}/g, (run) => ` ${'\\u{20}'.repeat(run.length - 1)}`);
}

const byId = (id) => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  const out = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
  out.append(...children);
  return out;
}

function mark(tone, shape, word) {
  const space = 'http://www.w3.org/2000/svg', svg = document.createElementNS(space, 'svg'), use = document.createElementNS(space, 'use');
  svg.setAttribute('class', 'g');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${shape}`);
  svg.append(use);
  return element('span', { class: `st ${tone}` }, svg, word);
}

function checksTable(checks) {
  const cell = (name, role, attributes, ...children) => element(name, { role, ...attributes }, ...children);
  const heads = ['Check', 'Outcome', 'Reason, and the file concerned'].map((words) => cell('th', 'columnheader', { scope: 'col' }, words));
  const rows = checks.map(({ check, title, outcome, detail, code, path }) => {
    const why = [path === null ? null : element('span', {}, element('code', {}, plain(path)), ':'), plain(detail), code === null ? null : `(exit code ${code})`];
    const said = why.filter((part) => part !== null && part !== '').flatMap((part, at) => (at === 0 ? [part] : [' ', part]));
    return cell('tr', 'row', {},
      cell('th', 'rowheader', { scope: 'row' }, title, element('code', { class: 'id' }, check)),
      cell('td', 'cell', { class: 'state' }, mark(...OUTCOMES[outcome])),
      cell('td', 'cell', {}, ...said));
  });
  return element('table', { class: 'tbl tbl-stack', role: 'table' },
    element('caption', {}, 'All checks, in their one order. The first that failed gives the exit code.'),
    cell('thead', 'rowgroup', {}, cell('tr', 'row', {}, ...heads)),
    cell('tbody', 'rowgroup', {}, ...rows));
}

function pair(label, ...value) {
  return element('div', {}, element('dt', {}, label), element('dd', {}, ...value));
}

// What was read, as the archive says it of itself, and under which key.
function said({ snapshot, key, checkpoint, asOf, verified }) {
  const out = [];
  if (snapshot) {
    const kind = snapshot.kind === 'packet' ? 'Packet of snapshot' : 'Snapshot';
    out.push(pair(kind, `${snapshot.seq} of ${plain(snapshot.origin)}, ${plain(snapshot.label)}${verified ? '' : ' (as it says of itself, not verified)'}`));
    out.push(pair('Created', element('time', {}, snapshot.created)), pair('Good until', element('time', {}, snapshot.expires)));
    out.push(pair('Files', String(snapshot.files)));
  }
  out.push(pair('Judged as of', element('time', {}, asOf)));
  out.push(key ? pair('Under key', element('code', {}, key.id), element('span', { class: 'id' }, 'SHA-256 ', element('code', {}, key.fingerprint))) : pair('Under key', 'none was given'));
  if (checkpoint) out.push(pair('Log', ...plain(checkpoint.split('\n').slice(0, 3).join(' · ')).split(' · ').map((line) => element('code', { class: 'id' }, line))));
  return out;
}

let addresses = [];

function download(name, type, content, words) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  addresses.push(address);
  return element('a', { href: address, download: name }, words);
}

function show({ report, state, fork }) {
  const { exitCode, headline, verified } = report;
  let [tone, shape, word] = VERDICTS.get(exitCode);
  if (verified && (report.snapshot.developmentKey || report.snapshot.state === 'draft')) [tone, shape] = ['warn', 's-partly'];
  byId('verdict').className = `verdict${tone ? ` verdict-${tone}` : ''}`;
  byId('verdict').replaceChildren(mark(tone ? `st-${tone}` : '', shape, word), element('h3', {}, `${headline[0].toUpperCase()}${plain(headline.slice(1))}.`));
  byId('answer-meta').textContent = `exit code ${exitCode}`;
  byId('said').replaceChildren(...(report.checks ? said(report) : []));
  byId('checks').replaceChildren(...(report.checks ? [checksTable(report.checks)] : []));
  byId('notes').replaceChildren(...(report.notes ?? []).map((note) => element('li', {}, plain(note))));
  addresses.splice(0).forEach((address) => URL.revokeObjectURL(address));
  const stem = plain(report.file ?? 'verification').replace(/[^A-Za-z0-9._-]/g, '-');
  const offers = [download(`${stem}.report.json`, 'application/json', `${printJson(report)}\n`, 'Save the report as JSON')];
  if (state) offers.push(download(`${stem.replace(/-\d+\.zip$/, '')}.state`, 'application/json', state, 'Save what was verified, and give it next time: older snapshots are then refused'));
  if (fork) offers.push(download(`${stem}.fork`, 'text/plain', fork, 'Save both checkpoints of the fork: they prove it'));
  byId('downloads').replaceChildren(...offers);
  byId('answer').hidden = false;
  byId('status').textContent = plain(headline);
  byId('answer-head').focus();
}

let given = [], run = 0;

function listFiles() {
  byId('list').replaceChildren(...given.map(({ path }) => {
    const use = USES[partOf(path)] ?? (/\.(pub|key)$/.test(path) ? 'not used: a key that comes with the files proves nothing' : 'not used');
    return element('tr', {}, element('th', { scope: 'row' }, plain(path)), element('td', {}, use));
  }));
  byId('given').hidden = given.length === 0;
  byId('status').textContent = given.length === 0 ? '' : `${given.length} ${given.length === 1 ? 'file' : 'files'} given`;
}

// A file that is given again takes the place of the one before.
function take(files) {
  stop();
  const paths = new Set(files.map(({ path }) => path));
  given = [...given.filter(({ path }) => !paths.has(path)), ...files].sort((a, b) => compareText(a.path, b.path));
  listFiles();
}

function stop() {
  run += 1;
  byId('working').hidden = true;
  byId('go').disabled = false;
  byId('answer').hidden = true;
}

const withPath = (file) => ({ path: file.webkitRelativePath || file.name, blob: file });

// All files below what was dropped.
async function dropped(transfer) {
  const entries = Array.from(transfer.items ?? [], (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return Array.from(transfer.files, withPath);
  const out = [];
  while (entries.length > 0 && out.length < MAX_MEMBERS) {
    const entry = entries.pop();
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
      out.push({ path: entry.fullPath.replace(/^\//, ''), blob: file });
    } else {
      const reader = entry.createReader();
      for (let some = null; some === null || some.length > 0;) {
        some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
        entries.push(...some);
      }
    }
  }
  return out;
}

async function start() {
  stop();
  const mine = run, progress = byId('progress');
  const total = given.reduce((sum, { path, blob }) => sum + (partOf(path) === 'archive' ? 2 * blob.size : 0), 0);
  let done = 0, last = performance.now();
  byId('go').disabled = true;
  byId('working').hidden = false;
  byId('status').textContent = 'reading and checking';
  progress.value = 0;
  const tick = async (bytes) => {
    done += bytes;
    if (performance.now() - last < 50) return;
    progress.value = total > 0 ? Math.min(1, done / total) : 0;
    await new Promise((resolve) => { setTimeout(resolve); });
    if (mine !== run) throw new Stopped();
    last = performance.now();
  };
  try {
    const answer = await verifyFiles({ files: given, key: byId('key').value, asOf: byId('as-of').value }, tick);
    if (mine !== run) return;
    stop();
    show(answer);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}

function startPage() {
  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    start();
  });
  byId('clear').addEventListener('click', () => {
    given = [];
    byId('files').value = '';
    byId('folder').value = '';
    take([]);
  });
  for (const id of ['key', 'as-of']) byId(id).addEventListener('input', stop);
  for (const id of ['files', 'folder']) {
    byId(id).addEventListener('change', (event) => take(Array.from(event.target.files, withPath)));
  }
  // A file that misses its place must not replace the page.
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    byId('drop').classList.add('drop-over');
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) byId('drop').classList.remove('drop-over');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    byId('drop').classList.remove('drop-over');
    dropped(event.dataTransfer).then(take, (error) => { byId('status').textContent = `the files could not be read: ${plain(error.message)}`; });
  });
}

// For programs: `trustbookVerify({ files, key, asOf })` with files, or `{ path, blob }`, gives
// `{ report, state, fork }`; `report` is that of `trustbook-verify --format json`.
Object.defineProperty(window, 'trustbookVerify', {
  value: ({ files, key, asOf }) => verifyFiles({ files: Array.from(files, (file) => (file.blob ? file : withPath(file))), key, asOf }),
});

startPage();
