// Opens every page of a rendered site from disk in headless Chromium and reports what a reader would trip over, one line
// a problem: requests to anywhere else, console errors, sideways scrolling, accessibility violations (axe, WCAG 2.2 AA),
// a focus that cannot be seen, pages that are cut on paper, status that is lost in forced colours, no style at all.
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

// Everything wider than its room: the page, or a box that hides what does not fit.
function cut() {
    const out = [];
    const room = document.documentElement.clientWidth;
    for (const element of document.querySelectorAll('main *, header *, footer *')) {
        const style = getComputedStyle(element);
        if (style.display === 'none' || style.display === 'inline' || element.closest('svg, .skip, .sprite, .scroll')) continue;
        const box = element.getBoundingClientRect();
        if (box.width < 2 || box.height < 2) continue;
        if (box.right > room + 1 || box.left < -1) out.push(`${element.tagName.toLowerCase()}.${element.className} ends at ${Math.round(box.right)} of ${room} px`);
        if (style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) out.push(`${element.tagName.toLowerCase()}.${element.className} hides ${element.scrollWidth - element.clientWidth} px`);
    }
    return out.slice(0, 3);
}

// Cells of one row that lie over each other.
function overlaps() {
    const out = [];
    for (const row of document.querySelectorAll('tr')) {
        const boxes = Array.from(row.cells).map((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return { words: cell.textContent.trim().slice(0, 24), boxes: Array.from(range.getClientRects()).filter((box) => box.width > 1 && box.height > 1) };
        });
        for (let index = 1; index < boxes.length; index += 1) {
            const hit = boxes[index - 1].boxes.some((a) => boxes[index].boxes.some((b) =>
                a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 2 && b.bottom > a.top + 2));
            if (hit) out.push(`“${boxes[index - 1].words}” lies over “${boxes[index].words}”`);
        }
    }
    return out.slice(0, 3);
}

// Every shape beside a status word is drawn in a colour that differs from what is behind it.
function lostShapes() {
    const out = [];
    for (const shape of document.querySelectorAll('main .st .g')) {
        const colour = getComputedStyle(shape).color;
        const behind = getComputedStyle(document.body).backgroundColor;
        if (colour === behind) out.push(`the shape of “${shape.parentElement.textContent.trim().slice(0, 24)}” is ${colour} on ${behind}`);
    }
    return out.slice(0, 3);
}

// What has the focus, and whether that can be seen.
function focused() {
    const element = document.activeElement;
    if (!element || element === document.body || element.id === 'main') return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
    const words = (element.getAttribute('aria-label') || element.textContent || element.tagName).trim().slice(0, 32);
    return { words, seen: outlined && inside };
}

const browser = await chromium.launch({
    executablePath: process.env.TRUSTBOOK_CHROMIUM ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
    ],
});
let opened = 0;
const looks = [
    { width: 1440, scheme: 'light', script: true, axe: true, keys: true },
    { width: 390, scheme: 'light', script: true, axe: true },
    { width: 320, scheme: 'light', script: true },
    { width: 1440, scheme: 'dark', script: true, axe: true },
    { width: 390, scheme: 'dark', script: false },
    { width: 1440, scheme: 'light', script: true, forced: true },
    // A4 without its margins, at 96 px an inch
    { width: 688, scheme: 'light', script: false, print: true },
];
for (const look of looks) {
    const context = await browser.newContext({
        viewport: { width: look.width, height: 900 }, colorScheme: look.scheme, javaScriptEnabled: look.script,
        forcedColors: look.forced ? 'active' : 'none',
    });
    const wish = `${look.scheme}${look.script ? '' : ', without JavaScript'}${look.forced ? ', forced colours' : ''}${look.print ? ', on paper' : ''}`;
    const page = await context.newPage();
    let where = '';
    let name = '';
    // the page for missing addresses names its style twice, from the root of its server and beside it: one is always there
    const spare = (text) => name === '404.html' && /(style\.css|site\.js|ERR_FILE_NOT_FOUND)/.test(text);
    page.on('console', (message) => {
        if (message.type() === 'error' && !spare(message.text())) problems.push(`${where}: console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`${where}: script: ${error.message}`));
    page.on('request', (request) => {
        if (!request.url().startsWith('file:')) problems.push(`${where}: requests ${request.url()}`);
    });
    page.on('requestfailed', (request) => {
        if (!request.isNavigationRequest() && !spare(request.url())) problems.push(`${where}: cannot load ${request.url()}`);
    });
    if (look.print) await page.emulateMedia({ media: 'print' });
    for (const path of sample(pages(site))) {
        name = relative(site, path);
        where = `${name} at ${look.width} px, ${wish}`;
        await open(page, pathToFileURL(path).href);
        opened += 1;
        const file = `${name.replaceAll(sep, '-')}-${look.width}-${look.scheme}${look.forced ? '-forced' : ''}${look.print ? '-print' : ''}`;
        if (shots && look.print) await page.pdf({ path: join(shots, `${file}.pdf`), preferCSSPageSize: true });
        else if (shots) await page.screenshot({ path: join(shots, `${file}.png`), fullPage: true });
        if ((await page.locator('h1').count()) !== 1 || !(await page.locator('h1').isVisible())) {
            problems.push(`${where}: no visible heading`);
        }
        const family = await page.evaluate(() => getComputedStyle(document.body).fontFamily);
        if (!family.includes('Segoe UI')) problems.push(`${where}: no style: the font is ${family}`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) problems.push(`${where}: scrolls sideways by ${over} px`);
        for (const words of await page.evaluate(cut)) problems.push(`${where}: ${words}`);
        for (const words of await page.evaluate(overlaps)) problems.push(`${where}: ${words}`);
        if (look.forced) for (const words of await page.evaluate(lostShapes)) problems.push(`${where}: ${words}`);
        if (look.axe) {
            await page.evaluate(axe);
            const result = await page.evaluate(() => window.axe.run(document, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
                resultTypes: ['violations'],
                // it would ask for the style sheet again, which the policy of the page does not allow
                preload: false,
            }));
            for (const violation of result.violations) {
                const nodes = violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ');
                problems.push(`${where}: axe ${violation.id} (${violation.nodes.length}): ${nodes}`);
            }
        }
        if (look.keys) {
            await page.evaluate(() => { window.scrollTo(0, 0); document.activeElement.blur(); });
            for (let step = 0; step < 48; step += 1) {
                await page.keyboard.press('Tab');
                const at = await page.evaluate(focused);
                if (at && !at.seen) problems.push(`${where}: the focus on “${at.words}” cannot be seen`);
            }
        }
    }
    await page.close();
    await context.close();
}
await browser.close();
console.log(`${opened} pages opened, ${problems.length} problems`);
for (const problem of [...new Set(problems)].sort()) console.log(problem);
process.exit(opened > 0 && problems.length === 0 ? 0 : 1);
