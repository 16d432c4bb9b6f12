// Drives the verifier in one file in headless Chromium, opened from disk, and reports what is not as it must be, one line
// a problem.
//
// usage: node verifier.mjs suite PAGE VECTORS REPORTS   every case, against case.txt and the program's own report
//        node verifier.mjs flips PAGE VECTORS           every byte of an archive altered: never accepted
//        node verifier.mjs hand PAGE VECTORS            files chosen and dropped, keys, looks, accessibility
// TRUSTBOOK_NODE_MODULES names the folder that holds playwright-core and axe-core.
import { createRequire } from 'node:module';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.env.TRUSTBOOK_NODE_MODULES, 'anything.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [what, pageFile, vectors, reports] = process.argv.slice(2);
const problems = [];
const ROOT_KEY = 'RWQBAQEBAQEBAYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c';
const RELEASE_KEY = 'RWQHBwcHBwcHB+pKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs';
const AS_OF = '2026-12-01T00:00:00Z';

// Arguments of cases that mean nothing in a browser, with the reason. No case of the suite has one of them so far.
const NOT_IN_A_BROWSER = {
    '--dir': 'a browser cannot tell links, special files and empty folders',
    '--extract': 'a page cannot write into a folder',
    '--threads': 'a page has one',
    '--sig': 'a file is known by its name',
    '--proof': 'a file is known by its name',
};

const browser = await chromium.launch({
    executablePath: process.env.TRUSTBOOK_CHROMIUM ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
    ],
});

async function opened(look = {}) {
    const context = await browser.newContext({ viewport: { width: look.width ?? 1440, height: 900 }, colorScheme: look.scheme ?? 'light', acceptDownloads: true });
    const page = await context.newPage();
    page.on('console', (message) => { if (message.type() === 'error' && !look.expectsErrors) problems.push(`console: ${message.text()}`); });
    page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
    page.on('request', (request) => { if (!/^(file|blob):/.test(request.url()) && !look.expectsErrors) problems.push(`requests ${request.url()}`); });
    page.on('response', (response) => { if (!/^(file|blob):/.test(response.url())) problems.push(`an answer from ${response.url()}`); });
    await page.goto(pathToFileURL(pageFile).href);
    return page;
}

function filesBelow(folder) {
    return readdirSync(folder, { recursive: true }).map((path) => String(path)).filter((path) => statSync(join(folder, path)).isFile());
}

// The files that the arguments of a case name, and the terms; or the reason why it does not apply.
function understood(folder, run) {
    const [archive, ...rest] = run.split(' ');
    const terms = { key: '', asOf: '' }, paths = [archive, `${archive}.minisig`, `${archive}.tlog-proof`];
    while (rest.length > 0) {
        const option = rest.shift();
        if (NOT_IN_A_BROWSER[option]) return { why: NOT_IN_A_BROWSER[option] };
        const value = rest.shift();
        if (option === '--key') terms.key = value;
        else if (option === '--as-of') terms.asOf = value;
        else if (option === '--state') paths.push(value);
        else if (option === '--keys') paths.push(value, `${value}.minisig`);
        else if (option === '--log') paths.push(...filesBelow(join(folder, value)).map((path) => `${value}/${path}`));
        else throw new Error(`an argument that this test does not know: ${option}`);
    }
    const files = paths.filter((path) => existsSync(join(folder, path)));
    return { files: files.map((path) => ({ path, bytes: readFileSync(join(folder, path)).toString('base64') })), ...terms };
}

function verified(page, given) {
    return page.evaluate(async ({ files, key, asOf }) => {
        const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
        const blobs = files.map((file) => ({ path: file.path, blob: new Blob([bytes(file.bytes)]) }));
        return window.trustbookVerify({ files: blobs, key, asOf });
    }, given);
}

// What both implementations must say alike: everything but the wording of reasons and of advice.
function comparable(report) {
    const { checks, headline, notes, ...rest } = report;
    return JSON.stringify({
        ...Object.fromEntries(Object.entries(rest).sort()),
        headline: rest.exitCode === 2 || rest.exitCode === 20 ? '' : headline,
        notes: notes?.filter((note) => !note.startsWith('both checkpoints are kept')),
        checks: checks?.map(({ check, title, outcome, code, path }) => [check, title, outcome, code, path]),
    }, (_, value) => (value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value));
}

async function suite() {
    const page = await opened();
    let cases = 0;
    for (const name of readdirSync(vectors).sort()) {
        const folder = join(vectors, name);
        if (!existsSync(join(folder, 'case.txt'))) continue;
        cases += 1;
        const text = readFileSync(join(folder, 'case.txt'), 'utf8');
        const field = (wanted) => new RegExp(`^${wanted}: (.*)$`, 'm').exec(text)[1];
        const given = understood(folder, field('run'));
        if (given.why) {
            console.log(`${name} does not apply: ${given.why}`);
            continue;
        }
        const { report, state } = await verified(page, given);
        const first = (outcome) => report.checks?.find((check) => check.outcome === outcome)?.check;
        const found = `exit ${report.exitCode} check ${first('failed') ?? first('not-checked') ?? '-'}`;
        const wanted = `exit ${field('exit')} check ${field('check')}`;
        if (found !== wanted) problems.push(`${name}: ${found}, expected ${wanted}`);
        if (report.verified !== (report.exitCode === 0) || (state !== null && report.exitCode !== 0)) problems.push(`${name}: says verified, or remembers, at exit ${report.exitCode}`);
        const program = JSON.parse(readFileSync(join(reports, `${name}.json`), 'utf8'));
        if (comparable(report) !== comparable(program)) problems.push(`${name}: the page says ${comparable(report)}\n  the program ${comparable(program)}`);
    }
    if (cases < 120) problems.push(`only ${cases} cases`);
    console.log(`${cases} cases`);
}

async function flips() {
    const page = await opened();
    // every byte of the plain one; of the one with key roles every fifth of the archive and all of what lies beside it
    for (const [name, key, stride] of [['S-0-good', RELEASE_KEY, 1], ['K-1-good', ROOT_KEY, 5]]) {
        const { files } = understood(join(vectors, name), 'acme-0042.zip');
        const wrong = await page.evaluate(async ({ files: texts, key: given, asOf, stride: every }) => {
            const all = texts.map((file) => ({ path: file.path, bytes: Uint8Array.from(atob(file.bytes), (char) => char.charCodeAt(0)) }));
            const exit = async () => {
                const blobs = all.map(({ path, bytes }) => ({ path, blob: new Blob([bytes]) }));
                return (await window.trustbookVerify({ files: blobs, key: given, asOf })).report.exitCode;
            };
            const out = [];
            if ((await exit()) !== 0) out.push('it is not accepted as it is');
            let count = 0;
            for (const { path, bytes } of all) {
                // the first line of the outer signature is free text
                const from = path.endsWith('.minisig') ? bytes.indexOf(10) : 0;
                for (let at = from; at < bytes.length; at += path.endsWith('.zip') ? every : 1) {
                    bytes[at] ^= 1;
                    if ((await exit()) === 0) out.push(`${path}: accepted with byte ${at} altered`);
                    bytes[at] ^= 1;
                    count += 1;
                }
            }
            if (count < 1500) out.push(`only ${count} bytes altered`);
            if ((await exit()) !== 0) out.push('it is not accepted any more');
            return out;
        }, { files, key, asOf: AS_OF, stride });
        problems.push(...wrong.map((words) => `${name}: ${words}`));
    }
}

async function looked(page, where) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        resultTypes: ['violations'],
        preload: false,
    }));
    for (const violation of violations) problems.push(`${where}: axe ${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) problems.push(`${where}: scrolls sideways by ${over} px`);
}

async function answer(page) {
    await page.waitForSelector('#answer:not([hidden])');
    return page.evaluate(() => ({
        meta: document.querySelector('#answer-meta').textContent,
        status: document.querySelector('#status').textContent,
        rows: Array.from(document.querySelectorAll('#checks tbody tr'), (row) => Array.from(row.cells, (cell) => cell.textContent)),
        focus: document.activeElement.id,
    }));
}

async function hand() {
    const at = (name, ...paths) => paths.map((path) => join(vectors, name, path));
    const expect = (where, found, meta, words) => {
        if (found.meta !== `exit code ${meta}` || !found.status.includes(words)) problems.push(`${where}: ${found.meta}, ${found.status}`);
        if (meta !== 2 && found.rows.length !== 16) problems.push(`${where}: ${found.rows.length} checks`);
        if (found.focus !== 'answer-head') problems.push(`${where}: the focus is on ${found.focus}`);
    };
    for (const look of [{ width: 1440 }, { width: 390 }, { width: 390, scheme: 'dark' }, { width: 320 }]) {
        const page = await opened(look), where = `${look.width} px ${look.scheme ?? 'light'}`;
        await looked(page, where);
        const judged = async (key, paths, folder) => {
            await page.click('#clear');
            await page.fill('#key', key);
            await page.fill('#as-of', '2026-12-01');
            await page.setInputFiles('#files', paths);
            if (folder) await page.setInputFiles('#folder', folder);
            // a reader without a mouse: Enter in a field is enough
            await page.press('#key', 'Enter');
            const found = await answer(page);
            await looked(page, where);
            return found;
        };
        const files = ['acme-0042.zip', 'acme-0042.zip.minisig'];
        expect(where, await judged(ROOT_KEY, at('K-1-good', ...files, 'acme-0042.zip.tlog-proof')), 0, 'verified: every check passed');
        expect(where, await judged(RELEASE_KEY, at('M-2-payload-changed', ...files)), 11, 'NOT VERIFIED');
        expect(where, await judged('', at('S-10-no-key', ...files)), 20, 'by an unknown key');
        expect(where, await judged('', at('S-10-key-beside', ...files, 'minisign.pub')), 20, 'by an unknown key');
        expect(where, await judged('RW', at('S-0-good', ...files)), 2, 'no public key');
        expect(where, await judged(ROOT_KEY, at('F-2-newer-log-alone', 'acme-0042.zip', 'acme-0042.zip.minisig'), join(vectors, 'F-2-newer-log-alone', 'log')), 0, 'verified');
        await page.context().close();
    }
    await dropped();
    await remembered(at);
    await closed();
}

// Files that are dropped anywhere on the page.
async function dropped() {
    const page = await opened();
    const { files } = understood(join(vectors, 'S-0-good'), 'acme-0042.zip');
    await page.fill('#key', RELEASE_KEY);
    await page.fill('#as-of', AS_OF);
    await page.evaluate((texts) => {
        const transfer = new DataTransfer();
        for (const { path, bytes } of texts) transfer.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], path));
        document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
    }, files);
    await page.waitForSelector('#given:not([hidden])');
    await page.click('#go');
    const { meta } = await answer(page);
    if (meta !== 'exit code 0') problems.push(`dropped files: ${meta}`);
    await page.context().close();
}

// What is offered after success is what the program would have remembered, and is understood the next time.
async function remembered(at) {
    const page = await opened();
    await page.fill('#key', ROOT_KEY);
    await page.fill('#as-of', AS_OF);
    await page.setInputFiles('#files', at('K-1-good', 'acme-0042.zip', 'acme-0042.zip.minisig', 'acme-0042.zip.tlog-proof'));
    await page.click('#go');
    await answer(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#downloads a[download$=".state"]')]);
    const path = await download.path(), state = readFileSync(path);
    if (JSON.parse(state).schema !== 'trustbook-state/v1' || download.suggestedFilename() !== 'acme.state') problems.push(`the state is ${state} in ${download.suggestedFilename()}`);
    await page.setInputFiles('#files', { name: 'acme.state', mimeType: 'application/json', buffer: state });
    await page.click('#go');
    const again = await answer(page);
    if (again.meta !== 'exit code 0') problems.push(`with its own state: ${again.meta}`);
    const older = Buffer.from(String(state).replace('"seq":42', '"seq":43'));
    await page.setInputFiles('#files', { name: 'acme.state', mimeType: 'application/json', buffer: older });
    await page.click('#go');
    const rolled = await answer(page);
    if (rolled.meta !== 'exit code 15') problems.push(`with the state of a later snapshot: ${rolled.meta}`);
    await page.context().close();
}

// Even a script in the page reaches nothing outside of it.
async function closed() {
    const page = await opened({ expectsErrors: true });
    const blocked = await page.evaluate(async () => {
        const seen = [];
        document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
        await fetch('https://example.invalid/').catch(() => {});
        new Image().src = 'https://example.invalid/';
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.head.append(script);
        await new Promise((resolve) => { setTimeout(resolve, 200); });
        return { seen, ran: window.ran === true };
    });
    for (const directive of ['connect-src', 'img-src', 'script-src-elem']) {
        if (!blocked.seen.includes(directive)) problems.push(`the policy does not stop ${directive}: ${blocked.seen}`);
    }
    if (blocked.ran) problems.push('a script that is not in the policy ran');
    await page.context().close();
}

await { suite, flips, hand }[what]();
await browser.close();
for (const problem of problems) console.log(problem);
console.log(`${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
