/**
 * Enter that chooses a kanji must not press a button.
 *
 * WebKit reports `isComposing: false` on the very Enter that ends a composition, with key code 229. One listener in
 * the capture phase keeps such keys from every handler and from submitting a form, so no screen can forget it.
 */

/** The code of a key that an input method is still using (UI Events, section 6.3.1). */
const PROCESSING_KEY_CODE = 229;

/** Whether a key belongs to an input method. */
export function isComposing(event: KeyboardEvent): boolean {
  // keyCode is the only sign that WebKit gives.
  return event.isComposing || event.keyCode === PROCESSING_KEY_CODE;
}

/** Installs the guard; gives what removes it. */
export function guardComposition(target: Window): () => void {
  const guard = (event: KeyboardEvent) => {
    if (!isComposing(event) || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.stopImmediatePropagation();
    if (event.key === 'Enter') event.preventDefault();
  };
  target.addEventListener('keydown', guard, { capture: true });
  return () => target.removeEventListener('keydown', guard, { capture: true });
}
