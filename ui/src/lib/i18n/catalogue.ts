/** The three Fluent catalogues, and how a message becomes a text. */
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';

import type { MessageId } from './message-ids';
import { markCatalogueText } from './rich-text';

export const LANGUAGES = ['ja', 'ja-easy', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Arguments = Record<string, string | number>;

const sources = import.meta.glob<string>('../../../i18n/*/*.ftl', { eager: true, import: 'default' });

/** Letters and controls that can turn the direction of the text around them. */
const DIRECTIONAL = /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFF]/;

const bundles = new Map(LANGUAGES.map((language) => [language, bundle(language)]));

/** The marked text of a message; see `rich-text`. */
export function format(language: Language, id: MessageId, given: Arguments = {}): string {
  const found = bundles.get(language);
  const pattern = found?.getMessage(id)?.value;
  if (!found || !pattern) return id;
  const isolated: Record<string, FluentVariable> = {};
  for (const [name, value] of Object.entries(given)) isolated[name] = isolate(value);
  return found.formatPattern(pattern, isolated, []);
}

/** Whether a catalogue has the message: codes of a newer program may not be there. */
export function has(id: string): id is MessageId {
  return bundles.get('ja')?.hasMessage(id) ?? false;
}

function bundle(language: Language): FluentBundle {
  const locale = language === 'en' ? 'en' : 'ja';
  const made = new FluentBundle(locale, { useIsolating: false, transform: markCatalogueText });
  for (const [path, source] of Object.entries(sources)) {
    if (path.includes(`/i18n/${language}/`)) made.addResource(new FluentResource(source));
  }
  return made;
}

function isolate(value: string | number): string | number {
  return typeof value === 'string' && DIRECTIONAL.test(value) ? `\u2068${value}\u2069` : value;
}
