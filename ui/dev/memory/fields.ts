/** The form of each kind, as the program gives it. */
import type { Field, FieldRule, SupporterKind } from '../../src/lib/bindings';

const INDIVIDUAL: readonly Field[] = ['name', 'kana', 'affiliation', 'role', 'guardian_name'];
const ORGANISATION: readonly Field[] = [
  'org_name',
  'org_kana',
  'representative_name',
  'representative_kana',
  'representative_title',
  'contact_name',
  'contact_kana',
  'contact_dept',
  'contact_title',
  'corporate_no',
  'url',
  'members_approx',
];
const COMMON: readonly Field[] = [
  'email',
  'tel',
  'fax',
  'postcode',
  'prefecture',
  'city',
  'street',
  'building',
  'message',
  'display_name',
  'title_override',
  'notes',
];
const REQUIRED: readonly Field[] = ['name', 'org_name', 'contact_name'];
const MULTILINE: readonly Field[] = ['message', 'notes'];

export function fieldsOf(kind: SupporterKind): FieldRule[] {
  return [...(kind === 'individual' ? INDIVIDUAL : ORGANISATION), ...COMMON].map((field) => ({
    field,
    required: REQUIRED.includes(field),
    lengthMax: 80,
    multiline: MULTILINE.includes(field),
  }));
}
