/**
 * The keys of the whole app. None is a single letter, so none can be pressed by mistake while typing or speaking
 * (WCAG 2.1.4), and each deed has a button as well.
 */

export type KeyDeed = 'search' | 'new' | 'lock' | 'panic' | 'keys' | 'region';

/** How each key is written, for the list of keys. */
export const KEYS: readonly { deed: KeyDeed; shown: readonly string[] }[] = [
  { deed: 'search', shown: ['Ctrl', 'K'] },
  { deed: 'new', shown: ['Ctrl', 'N'] },
  { deed: 'region', shown: ['F6'] },
  { deed: 'lock', shown: ['Ctrl', 'L'] },
  { deed: 'panic', shown: ['Ctrl', 'Shift', 'L'] },
  { deed: 'keys', shown: ['F1'] },
];

/** What a key asks for. */
export function keyDeed(event: KeyboardEvent): KeyDeed | null {
  if (event.altKey) return null;
  const control = event.ctrlKey || event.metaKey;
  if (!control) return event.key === 'F1' ? 'keys' : event.key === 'F6' ? 'region' : null;
  switch (event.key.toLowerCase()) {
    case 'k':
      return 'search';
    case 'n':
      return 'new';
    case 'l':
      return event.shiftKey ? 'panic' : 'lock';
    default:
      return null;
  }
}

/** Moves the focus to the next part of the screen: navigation, list, detail. */
export function nextRegion(root: Document, backwards: boolean): void {
  // A screen without parts of its own is one part.
  const parts = '[data-region], main:not(:has([data-region]))';
  const regions = [...root.querySelectorAll<HTMLElement>(parts)];
  const at = regions.findIndex((region) => region.contains(root.activeElement));
  const step = backwards ? -1 : 1;
  const next = regions[(at + step + regions.length) % regions.length];
  const inside = next?.querySelector<HTMLElement>(
    '[aria-current] , a[href][tabindex="0"], a[href], button, input, select, h1, h2',
  );
  (inside ?? next)?.focus();
}
