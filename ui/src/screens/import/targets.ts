/** The words for what a column can be. */
import { FIELD_CODES, PURPOSE_CODES } from '$lib/bindings';
import { marked, optionText } from '$lib/i18n/locale.svelte';
import { has } from '$lib/i18n/catalogue';

const CONSENT = 'consent:';

/** A target as text for a choice. A target of a newer program shows its code. */
export function targetText(target: string): string {
  const field = FIELD_CODES.find((code) => code === target);
  if (field) return optionText(`field-${field}`);
  const purpose = PURPOSE_CODES.find((code) => `${CONSENT}${code}` === target);
  if (purpose) return optionText('target-consent', { purpose: marked(`purpose-${purpose}`) });
  const id = `target-${target}`;
  return has(id) ? optionText(id) : target;
}
