/** The texts: complete in three languages, all used, none outside of the catalogues. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { FluentResource } from '@fluent/bundle';
import { describe, expect, test } from 'vitest';

import * as bindings from '$lib/bindings';
import { LANGUAGES, has } from '$lib/i18n/catalogue';

import { messageIdsSource } from '../scripts/message-ids.mjs';
import { withPhraseBreaks } from '../scripts/catalogues.mjs';

const I18N = 'i18n';
const SOURCES = filesUnder('src').filter(
  (path) => /\.(svelte|ts)$/.test(path) && !path.endsWith('bindings.ts'),
);
const KANA_OR_KANJI = /[\u3040-\u30FF\u4E00-\u9FFF]/;
const KANJI = /[\u3400-\u9FFF々]/;

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function catalogue(language: string): Map<string, string> {
  const messages = new Map<string, string>();
  for (const file of filesUnder(join(I18N, language)).sort()) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const match = /^([a-z][\w-]*) = (.+)$/.exec(line);
      if (!match?.[1] || !match[2]) {
        expect(line, `${file}: every line is empty, a comment, or a whole message`).toMatch(/^(#.*)?$/);
        continue;
      }
      expect(messages.has(match[1]), `${match[1]} stands twice in ${language}`).toBe(false);
      messages.set(match[1], match[2]);
    }
  }
  return messages;
}

const ja = catalogue('ja');

describe('the catalogues', () => {
  test.each(LANGUAGES)('%s has every message, and no other', (language) => {
    expect([...catalogue(language).keys()].sort()).toEqual([...ja.keys()].sort());
  });

  test.each(LANGUAGES)('%s is read by Fluent without loss', (language) => {
    const source = filesUnder(join(I18N, language))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(new FluentResource(source).body).toHaveLength(ja.size);
  });

  test.each(LANGUAGES)('%s takes the same arguments in every message', (language) => {
    const args = (text: string) => [...new Set(text.match(/\$\w+/g) ?? [])].sort();
    for (const [id, text] of catalogue(language)) {
      const [theirs, ours] = [args(text), args(ja.get(id) ?? '')];
      // A date names its month by word in one language and by number in the others.
      if (id !== 'date-day') expect(theirs, id).toEqual(ours);
    }
  });

  test('the English texts are English', () => {
    for (const [id, text] of catalogue('en')) {
      expect(text.replace(/[様御中]/g, ''), id).not.toMatch(KANA_OR_KANJI);
    }
  });

  test('easy Japanese gives the reading of every kanji, in kana', () => {
    for (const [id, text] of catalogue('ja-easy')) {
      const outside = text.replace(/｜([^《｜]+)《([^》]+)》/g, (_all, base: string, reading: string) => {
        expect(base, id).toMatch(KANJI);
        expect(reading, id).toMatch(/^[\u3041-\u309Fー]+$/);
        return '';
      });
      expect(outside, id).not.toMatch(KANJI);
      expect(outside, id).not.toMatch(/[｜《》]/);
    }
  });

  test('the type of all ids is the one that the catalogue gives', () => {
    expect(readFileSync('src/lib/i18n/message-ids.ts', 'utf8')).toBe(messageIdsSource());
  });

  test('phrase breaks change nothing but the breaks', () => {
    const source = 'unlock-title = 合言葉で開く\nrow-line = { $line } 行目です\n';
    const broken = withPhraseBreaks(source);
    expect(broken).toContain('\u200B');
    expect(broken).toContain('{ $line }');
    expect(broken.replaceAll('\u200B', '')).toBe(source);
  });
});

/** Every code in the sources of the crates whose answers reach the window. */
function codesOfTheProgram(): string[] {
  const crates = ['app', 'contract', 'desk', 'intake', 'model', 'runtime', 'vault'];
  return (
    crates
      .flatMap((name) => filesUnder(`../crates/kyosei-${name}/src`))
      .filter((path) => path.endsWith('.rs') && !path.includes('tests'))
      // Totals are published from the terminal alone; no command of the window does it.
      .filter((path) => !path.includes('/totals/'))
      .flatMap((path) => readFileSync(path, 'utf8').match(/(?<=")[EW]-[A-Z-]+(?=")/g) ?? [])
  );
}

describe('the use of messages', () => {
  const text = SOURCES.map((path) => readFileSync(path, 'utf8')).join('\n');
  const literals = new Set([...text.matchAll(/['"`]([a-z][\w-]*)['"`]/g)].map(([, id]) => id ?? ''));
  const composed = [
    ...text.matchAll(/id="((?:[\w-]|\{[^}]+\})+)"/g),
    ...text.matchAll(/`((?:[\w-]|\$\{[^}]+\})+)`/g),
  ]
    .map(([, pattern]) => pattern ?? '')
    .filter((pattern) => pattern.includes('{'))
    // What only begins with a place to fill would fit every id.
    .filter((pattern) => /^[a-z]/.test(pattern))
    .map((pattern) => new RegExp(`^${pattern.replace(/\$?\{[^}]+\}/g, '[\\w-]+')}$`));

  test('no message is unused', () => {
    const codes = new Set(codesOfTheProgram().map((code) => `code-${code}`));
    // Any text fits the pattern of a code; the codes themselves are known.
    const patterns = composed.filter((pattern) => !pattern.test('code-E-NONE'));
    const unused = [...ja.keys()].filter(
      (id) => !literals.has(id) && !codes.has(id) && !patterns.some((pattern) => pattern.test(id)),
    );
    expect(unused).toEqual([]);
  });

  test('the search for unused messages finds one', () => {
    expect(literals.has('no-such-message')).toBe(false);
    expect(composed.some((pattern) => pattern.test('no-such-message'))).toBe(false);
  });

  test('every code that the program can answer with has words', () => {
    const codes = codesOfTheProgram();
    // Refused before any window opens, on the terminal.
    const unseen = new Set(['E-TEST-VARIABLE']);
    expect(codes.length).toBeGreaterThan(50);
    expect([...new Set(codes)].filter((code) => !unseen.has(code) && !has(`code-${code}`))).toEqual([]);
  });

  test('every rejection and warning of the contract has words', () => {
    for (const code of [...bindings.REJECTION_CODES, ...bindings.WARNING_CODES]) {
      expect(has(`code-${code}`), code).toBe(true);
    }
  });
});

describe('the sources', () => {
  /** Names of the languages, each in itself; not translated on purpose. */
  const EXEMPT = new Set(['src/lib/components/LanguageChoice.svelte']);

  function visibleText(source: string): string {
    return source
      .replace(/<script[\s\S]*?<\/script>/g, '')
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/<!--[\s\S]*?-->/g, '');
  }

  test('no component holds Japanese of its own', () => {
    for (const path of SOURCES.filter((each) => each.endsWith('.svelte') && !EXEMPT.has(each))) {
      const code = readFileSync(path, 'utf8')
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\/\/.*/g, '')
        // The sample letter of the sizes, which a screen reader does not read.
        .replace('<span aria-hidden="true">あ</span>', '');
      expect(code, path).not.toMatch(KANA_OR_KANJI);
    }
  });

  test('no component holds words of its own between tags or in names', () => {
    for (const path of SOURCES.filter((each) => each.endsWith('.svelte') && !EXEMPT.has(each))) {
      const markup = withoutBraces(visibleText(readFileSync(path, 'utf8')));
      expect(
        markup.match(/\s(?:aria-label|title|placeholder|alt)="[^"{]*[A-Za-z]{2}[^"]*"/g),
        path,
      ).toBeNull();
      const between = markup
        .replace(/<kbd>[^<]*<\/kbd>/g, '')
        .replace(/<[^>]*>/g, '\n')
        .match(/[A-Za-z]{2,}/g);
      expect(between, path).toBeNull();
    }
  });

  test('the search for words finds words', () => {
    const markup = withoutBraces('<p class="note">Hello {name}</p>');
    expect(markup.replace(/<[^>]*>/g, '\n').match(/[A-Za-z]{2,}/g)).toEqual(['Hello']);
  });

  test('nothing that ships knows the invented committee', () => {
    for (const path of SOURCES) expect(readFileSync(path, 'utf8'), path).not.toMatch(/from '[^']*dev\//);
  });

  test('nothing that ships keeps anything in the web view or reaches out', () => {
    const forbidden =
      /localStorage|sessionStorage|indexedDB|document\.cookie|\bfetch\(|XMLHttpRequest|WebSocket|https?:\/\/(?!example)/;
    for (const path of SOURCES) expect(readFileSync(path, 'utf8'), path).not.toMatch(forbidden);
  });
});

/** Markup without expressions and blocks, which may be nested. */
function withoutBraces(markup: string): string {
  let depth = 0;
  let kept = '';
  for (const letter of markup) {
    if (letter === '{') depth += 1;
    if (depth === 0) kept += letter;
    if (letter === '}') depth -= 1;
  }
  // Arrow functions inside of attributes left their `>` within braces, so tags are whole again.
  return kept;
}
