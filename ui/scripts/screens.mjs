/**
 * Draws every screen of the invented committee in a real browser, in three languages, light and dark, and at 200 %.
 *
 *   npm run build:memory && npm run screens [-- NAME…]
 *
 * It writes `screenshots/`, and fails if a screen has an accessibility violation that axe finds, words that are cut off,
 * or a sideways scroll bar of the whole page. The browser is `CHROMIUM` or /usr/bin/chromium; none is downloaded.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';
import { preview } from 'vite';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const out = new URL('../screenshots/', import.meta.url).pathname;
const ID = '01JM0000000000000000000001';
const LOOK_ALIKE = '01JM000000000000000000RET1';

/** @typedef {{ name: string, query?: string, hash?: string, act?: (page: import('playwright-core').Page) => Promise<void> }} Shot */

/** Presses the first button that is drawn with this place in the page. @param {string} selector */
const press = (selector) => async (/** @type {import('playwright-core').Page} */ page) => {
  await page.locator(selector).first().click();
};

/** @type {Shot[]} */
const SHOTS = [
  { name: 'first-start', query: 'stage=firstStart' },
  { name: 'first-start-names', query: 'stage=firstStart', act: press('main .button.primary') },
  { name: 'first-start-passphrase', query: 'stage=firstStart', act: throughNames },
  { name: 'first-start-sheets', query: 'stage=firstStart', act: throughPassphrase },
  { name: 'first-start-check', query: 'stage=firstStart', act: throughSheets },
  { name: 'unlock', query: 'stage=locked' },
  { name: 'unlock-wrong', query: 'stage=locked', act: wrongPassphrase },
  { name: 'home' },
  { name: 'home-empty', query: 'empty' },
  { name: 'supporters', hash: 'supporters' },
  { name: 'supporters-empty', query: 'empty', hash: 'supporters' },
  { name: 'supporters-none-found', hash: 'supporters', act: findNobody },
  { name: 'supporters-error', query: 'fails=supporters_page', hash: 'supporters' },
  { name: 'supporter', hash: `supporters/${ID}` },
  {
    name: 'supporter-consent',
    hash: `supporters/${ID}`,
    act: press('section[aria-labelledby=consents-heading] .button'),
  },
  {
    name: 'supporter-withdraw',
    hash: `supporters/${ID}`,
    act: press('section[aria-labelledby=leaving-heading] .button'),
  },
  {
    name: 'supporter-erase',
    hash: `supporters/${ID}`,
    act: press('section[aria-labelledby=leaving-heading] .button.danger'),
  },
  { name: 'supporter-edit', hash: `supporters/${ID}/edit` },
  { name: 'supporter-new', hash: 'supporters/new/individual' },
  { name: 'supporter-new-organization', hash: 'supporters/new/organization' },
  { name: 'supporter-new-refused', hash: 'supporters/new/individual', act: press('button[type=submit]') },
  { name: 'duplicates', hash: 'duplicates' },
  { name: 'merge', hash: `duplicates/${ID}/${LOOK_ALIKE}` },
  { name: 'import', hash: 'import' },
  { name: 'import-check', hash: 'import', act: press('main .button.primary') },
  { name: 'import-columns', hash: 'import', act: importColumns },
  { name: 'import-result', hash: 'import', act: importResult },
  { name: 'export', hash: 'export' },
  { name: 'audit', hash: 'audit' },
  { name: 'committee', hash: 'committee' },
  { name: 'settings', hash: 'settings' },
  { name: 'about', hash: 'about' },
  { name: 'keys', act: async (page) => page.keyboard.press('F1') },
];

const LOOKS = [
  { look: 'ja-light', query: 'language=ja&theme=light', zoom: 1 },
  { look: 'ja-dark', query: 'language=ja&theme=dark', zoom: 1 },
  { look: 'easy-light', query: 'language=jaEasy&theme=light', zoom: 1 },
  { look: 'en-light', query: 'language=en&theme=light', zoom: 1 },
  { look: 'ja-200', query: 'language=ja&theme=light&textSize=large', zoom: 2 },
  { look: 'easy-200', query: 'language=jaEasy&theme=dark&textSize=large', zoom: 2 },
  { look: 'en-200', query: 'language=en&theme=light&textSize=large', zoom: 2 },
];
const WINDOW = { width: 1280, height: 860 };

const only = process.argv.slice(2);
const looks = LOOKS.filter(
  ({ look }) => only.length === 0 || only.includes(look) || !LOOKS.some((l) => only.includes(l.look)),
);
const shots = SHOTS.filter(
  ({ name }) => only.length === 0 || only.includes(name) || !SHOTS.some((s) => only.includes(s.name)),
);
/** @type {string[]} */
const faults = [];

mkdirSync(out, { recursive: true });
const server = await preview({
  mode: 'memory',
  logLevel: 'silent',
  preview: { port: 0, host: '127.0.0.1' },
});
const address = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' });
for (const { look, query, zoom } of looks) {
  for (const shot of shots) await draw(shot, look, query, zoom);
}
await browser.close();
await server.close();
console.log(`${shots.length * looks.length} pictures in ${out}`);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}

/**
 * Twice the size is a window of half the size with two device pixels for each: what a browser's zoom does.
 * @param {Shot} shot @param {string} look @param {string} query @param {number} zoom
 */
async function draw(shot, look, query, zoom) {
  const context = await browser.newContext({
    viewport: { width: WINDOW.width / zoom, height: WINDOW.height / zoom },
    deviceScaleFactor: zoom,
    reducedMotion: 'reduce',
    // axe is put in from outside; the page itself is under the policy of the app.
    bypassCSP: false,
  });
  const page = await context.newPage();
  const name = `${shot.name} (${look})`;
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${name}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
  // The app freezes Object.prototype; the screens must live with that.
  await page.addInitScript('Object.freeze(Object.prototype)');
  const parameters = [shot.query, query].filter(Boolean).join('&');
  await page.goto(`${address}?${parameters}#/${shot.hash ?? ''}`);
  await page.locator('h1:visible').first().waitFor();
  await page.waitForTimeout(150);
  try {
    if (shot.act) await shot.act(page);
  } catch (error) {
    faults.push(
      `${name}: could not be reached: ${error instanceof Error ? error.message.split('\n')[0] : ''}`,
    );
  }
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(150);
  await page.screenshot({ path: `${out}${shot.name}.${look}.png` });
  for (const fault of await audit(page)) faults.push(`${name}: ${fault}`);
  await context.close();
}

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
async function audit(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: tags });
    return violations.map(
      (/** @type {any} */ violation) =>
        `axe ${violation.id}: ${violation.nodes
          .map((/** @type {any} */ node) => node.target.join(' '))
          .slice(0, 3)
          .join(', ')}`,
    );
  });
  return [...violations, ...(await page.evaluate(clippedWords))];
}

/** Runs in the page: what is wider than its place and cut off there, and a page that scrolls sideways. */
function clippedWords() {
  const found = [];
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) {
    found.push(
      `the page is ${document.documentElement.scrollWidth - document.documentElement.clientWidth}px too wide`,
    );
  }
  const main = document.querySelector('main');
  if (main && main.scrollWidth > main.clientWidth + 1)
    found.push(`main is ${main.scrollWidth - main.clientWidth}px too wide`);
  for (const element of document.querySelectorAll(
    'h1, h2, p, a, button, label, td, th, li, dt, dd, legend, summary, span',
  )) {
    const style = getComputedStyle(element);
    if (style.overflow === 'visible' || element.closest('.visually-hidden') || element.clientWidth === 0)
      continue;
    if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1) {
      found.push(`clipped: ${element.tagName} ${element.className}`);
    }
  }
  for (const element of document.querySelectorAll('select')) {
    const probe = document.createElement('canvas').getContext('2d');
    const chosen = element.selectedOptions[0]?.text ?? '';
    if (!probe || element.clientWidth === 0) continue;
    probe.font = getComputedStyle(element).font;
    if (probe.measureText(chosen).width > element.clientWidth) found.push(`clipped choice: ${chosen}`);
  }
  return found;
}

/** @param {import('playwright-core').Page} page */
async function throughNames(page) {
  await page.locator('main .button.primary').click();
  const places = page.locator('main input');
  await places.nth(0).fill('鎌倉難民支援フォーラム（見本）');
  await places.nth(1).fill('石川 恵');
  await places.nth(2).fill('事務局のノートパソコン');
  await page.locator('main button[type=submit]').click();
  await page.locator('.words').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function throughPassphrase(page) {
  await throughNames(page);
  for (const place of await page.locator('main input').all())
    await place.fill('umi kaze take mado hashi sora');
  await page.locator('main button[type=submit]').click();
  await page.locator('.sheet').first().waitFor();
}

/** @param {import('playwright-core').Page} page */
async function throughSheets(page) {
  await throughPassphrase(page);
  await page.locator('main input[type=checkbox]').check();
  await page.locator('main .button.primary').last().click();
}

/** @param {import('playwright-core').Page} page */
async function wrongPassphrase(page) {
  await page.locator('main input').fill('not this one');
  await page.locator('main button[type=submit]').click();
  await page.locator('[role=alert]').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function findNobody(page) {
  await page.locator('input[type=search]').fill('そんな人はいない');
  await page.locator('.panel').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function importColumns(page) {
  await page.locator('main .button.primary').first().click();
  await page.locator('.bar .button').nth(1).click();
}

/** @param {import('playwright-core').Page} page */
async function importResult(page) {
  await page.locator('main .button.primary').first().click();
  await page.locator('.bar .button.primary').click();
  await page.locator('.notice.success').waitFor();
}
