// Opens every page of a rendered site from disk in headless Chromium and reports what a reader would trip over, one line
// a problem: requests to anywhere else, console errors, sideways scrolling, accessibility violations (axe, WCAG 2.2 AA).
//
// usage: node browser.mjs SITE_FOLDER [SCREENSHOT_FOLDER]
// TRUSTBOOK_NODE_MODULES names the folder that holds playwright-core and axe-core.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync, mkdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.env.TRUSTBOOK_NODE_MODULES;
const require = createRequire(join(modules, 'anything.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [site, shots] = process.argv.slice(2);
if (shots) mkdirSync(shots, { recursive: true });

function pages(folder) {
    const out = [];
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
            // older snapshots are copies of the same pages
            if (relative(site, path).split(sep)[0] !== 'snapshots') out.push(...pages(path));
        } else if (entry.name.endsWith('.html')) {
            out.push(path);
        }
    }
    return out;
}

// Record pages of one kind share a template: two of each are enough.
function sample(all) {
    const seen = new Map();
    return all.filter((path) => {
        const folder = relative(site, path).split(sep).slice(0, -1).join('/');
        if (folder === '') return true;
        const count = seen.get(folder) ?? 0;
        seen.set(folder, count + 1);
        return count < 2;
    });
}

// A loaded machine may abort the first try at a page.
async function open(page, address) {
    for (let tries = 0; ; tries += 1) {
        try {
            await page.goto(address, { timeout: 60000 });
            return;
        } catch (error) {
            if (tries === 2) throw error;
        }
    }
}

const problems = [];
const browser = await chromium.launch({
    executablePath: process.env.TRUSTBOOK_CHROMIUM ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
    ],
});
let opened = 0;
for (const [width, scheme, script] of [[1440, 'light', true], [390, 'light', true], [1440, 'dark', true], [390, 'dark', false]]) {
    const context = await browser.newContext({
        viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: script,
    });
    for (const path of sample(pages(site))) {
        const name = relative(site, path);
        const where = `${name} at ${width} px, ${scheme}${script ? '' : ', without JavaScript'}`;
        const page = await context.newPage();
        page.on('console', (message) => {
            if (message.type() === 'error') problems.push(`${where}: console: ${message.text()}`);
        });
        page.on('pageerror', (error) => problems.push(`${where}: script: ${error.message}`));
        page.on('request', (request) => {
            if (!request.url().startsWith('file:')) problems.push(`${where}: requests ${request.url()}`);
        });
        page.on('requestfailed', (request) => {
            if (!request.isNavigationRequest()) problems.push(`${where}: cannot load ${request.url()}`);
        });
        await open(page, pathToFileURL(path).href);
        opened += 1;
        if (shots) {
            await page.screenshot({ path: join(shots, `${name.replaceAll(sep, '-')}-${width}-${scheme}.png`), fullPage: true });
        }
        if (script) {
            const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            if (over > 0) problems.push(`${where}: scrolls sideways by ${over} px`);
            await page.evaluate(axe);
            const result = await page.evaluate(() => window.axe.run(document, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
                resultTypes: ['violations'],
            }));
            for (const violation of result.violations) {
                const nodes = violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ');
                problems.push(`${where}: axe ${violation.id} (${violation.nodes.length}): ${nodes}`);
            }
        } else if ((await page.locator('h1').count()) !== 1 || !(await page.locator('h1').isVisible())) {
            problems.push(`${where}: no visible heading`);
        }
        await page.close();
    }
    await context.close();
}
await browser.close();
console.log(`${opened} pages opened, ${problems.length} problems`);
for (const problem of [...new Set(problems)].sort()) console.log(problem);
process.exit(opened > 0 && problems.length === 0 ? 0 : 1);
