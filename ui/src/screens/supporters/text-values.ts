/** Looking up text fields in what the program gives. */
import type { Field, SupporterDetail, TextValue } from '$lib/bindings';

export function textOf(values: readonly TextValue[], field: Field): string {
  return values.find((value) => value.field === field)?.value ?? '';
}

/** What names the supporter: the person's or the organisation's name. */
export function nameOf(supporter: SupporterDetail): string {
  return textOf(supporter.text, supporter.ofKind === 'individual' ? 'name' : 'org_name');
}

export function readingOf(supporter: SupporterDetail): string {
  return textOf(supporter.text, supporter.ofKind === 'individual' ? 'kana' : 'org_kana');
}
