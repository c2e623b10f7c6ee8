/**
 * Texts with readings and places to break: `｜賛同者《さんどうしゃ》` in a catalogue becomes ruby, a zero-width space a
 * `<wbr>`. Only the catalogue's own words are marked up: `markCatalogueText` runs on them alone, before what people
 * typed is put in, so a name with 《 in it stays as it is.
 */

export type Piece =
  { kind: 'text'; text: string } | { kind: 'ruby'; base: string; reading: string } | { kind: 'break' };

// C0 controls: the register refuses them, so no value of a person can hold one.
const RUBY_START = '\u0001';
const READING_START = '\u0002';
const RUBY_END = '\u0003';
const BREAK = '\u0004';

const MARKS = /\u0001([^\u0001-\u0004]*)\u0002([^\u0001-\u0004]*)\u0003|(\u0004)/g;

/** Replaces the notation of catalogues by marks that no value can hold. */
export function markCatalogueText(text: string): string {
  return text
    .replaceAll('｜', RUBY_START)
    .replaceAll('《', READING_START)
    .replaceAll('》', RUBY_END)
    .replaceAll('\u200B', BREAK);
}

/** The pieces of a marked text, in order. */
export function pieces(marked: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  const text = (until: number) => {
    if (until > from) found.push({ kind: 'text', text: marked.slice(from, until) });
  };
  for (const match of marked.matchAll(MARKS)) {
    text(match.index);
    if (match[3]) found.push({ kind: 'break' });
    else found.push({ kind: 'ruby', base: match[1] ?? '', reading: match[2] ?? '' });
    from = match.index + match[0].length;
  }
  text(marked.length);
  return found;
}

/** The text without readings, for names that a screen reader speaks and for attributes. */
export function plain(marked: string): string {
  return pieces(marked)
    .map((piece) => (piece.kind === 'text' ? piece.text : piece.kind === 'ruby' ? piece.base : ''))
    .join('');
}

/** The text with readings in brackets, for places that cannot show ruby, such as an `<option>`. */
export function bracketed(marked: string): string {
  return pieces(marked)
    .map((piece) =>
      piece.kind === 'text' ? piece.text : piece.kind === 'ruby' ? `${piece.base}（${piece.reading}）` : '',
    )
    .join('');
}
