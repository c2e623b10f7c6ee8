/**
 * A record as one flat set of texts, so that a draft, a comparison and a change are each a few lines. Lists are joined
 * by line breaks, which no word of theirs can hold.
 */
import type { Field, Fields, SupporterDetail, SupporterEdit, SupporterKind } from '$lib/bindings';
import type { Values } from '$lib/rebase';

export type FormValues = Record<string, string>;

/** The values of the form that are no text fields. */
export const CHOICES = [
  'interests',
  'language',
  'contactPreference',
  'publicName',
  'emailState',
  'tags',
] as const;
export type ChoiceName = (typeof CHOICES)[number];

export function emptyValues(kind: SupporterKind): FormValues {
  return {
    language: 'ja',
    interests: '',
    ...(kind === 'organization' ? { orgType: '' } : {}),
  };
}

export function valuesOf(supporter: SupporterDetail, fields: Fields): FormValues {
  const values: FormValues = {
    interests: joined(supporter.interests),
    language: supporter.language,
    contactPreference: supporter.contactPreference,
    publicName: supporter.publicName,
    emailState: supporter.emailState,
    tags: joined(supporter.tags),
  };
  for (const { field } of fields.fields) values[field] = '';
  for (const { field, value } of supporter.text) values[field] = value;
  return values;
}

export function joined(words: readonly string[]): string {
  return [...words].sort().join('\n');
}

export function separated(words: string | undefined): string[] {
  return (words ?? '').split('\n').filter((word) => word !== '');
}

/** What turns `before` into `after`; nothing that is the same in both. */
export function editBetween(id: string, fields: Fields, before: Values, after: Values): SupporterEdit {
  const changed = (name: string) => (before[name] ?? '') !== (after[name] ?? '');
  const text = fields.fields
    .filter(({ field }) => changed(field))
    .map(({ field }) => ({ field, value: after[field] ?? '' }));
  const choice = <Value extends string>(name: ChoiceName) =>
    changed(name) ? ((after[name] ?? '') as Value) : null;
  return {
    id,
    text,
    interests: changed('interests') ? (separated(after['interests']) as SupporterDetail['interests']) : null,
    language: choice<string>('language'),
    contactPreference: choice<SupporterDetail['contactPreference']>('contactPreference'),
    publicName: choice<SupporterDetail['publicName']>('publicName'),
    // A new address is unconfirmed by the program's own rule, unless somebody chose otherwise.
    emailState: choice<SupporterDetail['emailState']>('emailState'),
    tags: changed('tags') ? separated(after['tags']) : null,
  };
}

export function isSame(before: Values, after: Values): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) => (before[name] ?? '') === (after[name] ?? ''));
}

type Group = 'who' | 'contact' | 'address' | 'more';
export const GROUPS: readonly Group[] = ['who', 'contact', 'address', 'more'];

/** Under which heading a field stands. The order within a heading is the program's. */
export const GROUP_OF: Record<Field, Group> = {
  name: 'who',
  kana: 'who',
  affiliation: 'who',
  role: 'who',
  guardian_name: 'who',
  org_name: 'who',
  org_kana: 'who',
  representative_name: 'who',
  representative_kana: 'who',
  representative_title: 'who',
  contact_name: 'contact',
  contact_kana: 'contact',
  contact_dept: 'contact',
  contact_title: 'contact',
  corporate_no: 'who',
  url: 'contact',
  members_approx: 'more',
  email: 'contact',
  tel: 'contact',
  fax: 'contact',
  postcode: 'address',
  prefecture: 'address',
  city: 'address',
  street: 'address',
  building: 'address',
  message: 'more',
  display_name: 'more',
  title_override: 'more',
  notes: 'more',
};
