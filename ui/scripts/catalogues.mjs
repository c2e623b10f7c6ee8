/**
 * Reads the Fluent catalogues at build time and marks where Japanese may break.
 *
 * WebKitGTK has no `word-break: auto-phrase`, so BudouX puts a zero-width space between the phrases of every message.
 * The screen turns it into `<wbr>`; names for screen readers lose it again.
 */
import { readFile } from 'node:fs/promises';

import { loadDefaultJapaneseParser } from 'budoux';

const PHRASE_END = '\u200B';
const MESSAGE = /^([a-z][\w-]*) = (.+)$/;
/** What stands in braces is Fluent's and must stay whole. */
const PLACEABLE = /(\{[^}]*\})/;

/** @param {string} source */
export function withPhraseBreaks(source) {
  const parser = loadDefaultJapaneseParser();
  /** @param {string} text */
  const phrases = (text) =>
    text
      .split(PLACEABLE)
      .map((part) => (PLACEABLE.test(part) ? part : parser.parse(part).join(PHRASE_END)))
      .join('');
  return source
    .split('\n')
    .map((line) => line.replace(MESSAGE, (_all, id, text) => `${id} = ${phrases(text)}`))
    .join('\n');
}

/** @returns {import('vite').Plugin} */
export function catalogues() {
  return {
    name: 'kyosei-catalogues',
    enforce: 'pre',
    async load(id) {
      const [file] = id.split('?');
      if (!file || !file.endsWith('.ftl')) return null;
      const source = await readFile(file, 'utf8');
      const shown = file.includes('/i18n/ja/') ? withPhraseBreaks(source) : source;
      return { code: `export default ${JSON.stringify(shown)};`, map: null };
    },
  };
}
