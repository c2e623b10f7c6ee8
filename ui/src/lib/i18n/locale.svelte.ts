/** The language of the screens. Changing it redraws every text; nothing is stored here. */
import { format, type Arguments, type Language } from './catalogue';
import type { MessageId } from './message-ids';
import { bracketed, plain } from './rich-text';

class Locale {
  language = $state<Language>('ja');
}

export const locale = new Locale();

/** The marked text of a message in the current language. */
export function marked(id: MessageId, given?: Arguments): string {
  return format(locale.language, id, given);
}

/** A message as plain text, for names and attributes. */
export function t(id: MessageId, given?: Arguments): string {
  return plain(marked(id, given));
}

/** A message for places that cannot show ruby. */
export function optionText(id: MessageId, given?: Arguments): string {
  return bracketed(marked(id, given));
}
