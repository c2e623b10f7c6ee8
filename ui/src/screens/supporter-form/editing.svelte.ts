/**
 * Editing one record: what the record held when the typing began, what is typed, and what others did meanwhile.
 *
 * Nothing typed is ever overwritten: a change from elsewhere fills only places that nobody touched, and shows the rest
 * as conflicts. The draft holds both sides, so that it can be taken up after a lock.
 */
import type { Fields, SupporterDetail } from '$lib/bindings';
import { Draft } from '$lib/drafts.svelte';
import { rebase, type Conflict } from '$lib/rebase';
import { call } from '$lib/transport';

import { editBetween, isSame, valuesOf, type FormValues } from './form-values';

interface Kept {
  before: FormValues;
  values: FormValues;
}

export class Editing {
  readonly id: string;
  readonly draft: Draft;
  supporter = $state.raw<SupporterDetail | null>(null);
  fields = $state.raw<Fields>({ fields: [] });
  values = $state<FormValues>({});
  conflicts = $state.raw<readonly Conflict[]>([]);
  found = $state.raw<Kept | null>(null);
  #before: FormValues = {};

  constructor(id: string) {
    this.id = id;
    this.draft = new Draft(`supporter:${id}`);
  }

  get isTouched(): boolean {
    return !isSame(this.#before, this.values);
  }

  async open(): Promise<void> {
    const found = parse(await this.draft.read());
    const { supporter, fields } = await this.#ask();
    // The form appears whole, so that nobody types into places that are filled a moment later.
    this.#before = valuesOf(supporter, fields);
    this.values = { ...this.#before };
    this.found = found;
    this.fields = fields;
    this.supporter = supporter;
  }

  /** Somebody may have changed the record. */
  async follow(): Promise<void> {
    if (this.supporter === null) return;
    const { supporter, fields } = await this.#ask();
    const [before, typed] = [this.#before, { ...this.values }];
    this.#before = valuesOf(supporter, fields);
    this.fields = fields;
    this.supporter = supporter;
    this.#take(before, typed);
  }

  useDraft(): void {
    if (this.found) this.#take(this.found.before, this.found.values);
    this.found = null;
    this.touched();
  }

  async discardDraft(): Promise<void> {
    this.found = null;
    await this.draft.drop();
  }

  touched(): void {
    // A draft that waits for a decision is not overwritten.
    if (this.found === null) this.draft.write(JSON.stringify({ before: this.#before, values: this.values }));
  }

  settle(conflict: Conflict, value: string): void {
    this.values[conflict.name] = value;
    this.conflicts = this.conflicts.filter((each) => each.name !== conflict.name);
    this.touched();
  }

  /** Saves what differs. Gives what takes it back. */
  async save(): Promise<() => Promise<void>> {
    const [before, after] = [{ ...this.#before }, { ...this.values }];
    await call('supporter_edit', editBetween(this.id, this.fields, before, after));
    await this.draft.drop();
    this.#before = after;
    return async () => {
      await call('supporter_edit', editBetween(this.id, this.fields, after, before));
    };
  }

  async #ask(): Promise<{ supporter: SupporterDetail; fields: Fields }> {
    const supporter = await call('supporter_detail', { id: this.id });
    const { ofKind, source } = supporter;
    return { supporter, fields: await call('supporter_fields', { ofKind, source }) };
  }

  #take(before: FormValues, typed: FormValues): void {
    const { values, conflicts } = rebase(before, typed, this.#before);
    this.values = values;
    const open = this.conflicts.filter((old) => conflicts.every((fresh) => fresh.name !== old.name));
    this.conflicts = [...open, ...conflicts];
  }
}

function parse(body: string | null): Kept | null {
  if (body === null) return null;
  try {
    return JSON.parse(body) as Kept;
  } catch {
    return null;
  }
}
