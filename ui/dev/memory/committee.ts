/** The register in memory. */
import type {
  AuditAction,
  AuditLine,
  ConsentRequest,
  NewSupporter,
  Notice,
  SupporterDetail,
  SupporterEdit,
  SupporterPage,
  SupporterQuery,
  SupporterRow,
  Topic,
} from '../../src/lib/bindings';
import { failure } from './gate';
import { idOf, inventedSupporter, WORDING_JA } from './people';

const PAGE_SIZE = 50;
const FIRST_NEW_NUMBER = 900_000;
const HOUR_MS = 3_600_000;

export class MemoryCommittee {
  readonly supporters = new Map<string, SupporterDetail>();
  readonly audit: AuditLine[] = [];
  readonly apart = new Set<string>();
  readonly now: number;
  #say: (notice: Notice) => void;
  #next = FIRST_NEW_NUMBER;

  constructor(people: number, now: number, say: (notice: Notice) => void) {
    this.now = now;
    this.#say = say;
    for (let number = 1; number <= people; number += 1) {
      const supporter = inventedSupporter(number);
      this.supporters.set(supporter.id, supporter);
    }
    this.#addLookAlike(people);
    this.note('vault_created', null);
    for (const id of [...this.supporters.keys()].slice(0, 3)) this.note('supporter_shown', id);
  }

  changed(...topics: Topic[]): void {
    this.#say({ kind: 'changed', topics });
  }

  newId(): string {
    return idOf((this.#next += 1));
  }

  find(id: string): SupporterDetail {
    const found = this.supporters.get(id);
    if (!found) throw failure('E-SUPPORTER-MISSING');
    return found;
  }

  page(query: SupporterQuery): SupporterPage {
    const terms = query.text.split(/\s+/).filter(Boolean);
    const rows = [...this.supporters.values()]
      .filter((each) => query.ofKind === null || each.ofKind === query.ofKind)
      .filter((each) => query.statuses.length === 0 || query.statuses.includes(each.status))
      .filter((each) => terms.every((term) => each.text.some(({ value }) => value.includes(term))))
      .map(rowOf)
      .sort((a, b) => a.reading.localeCompare(b.reading, 'ja'));
    const from = query.page * PAGE_SIZE;
    return { rows: rows.slice(from, from + PAGE_SIZE), total: rows.length, pageSize: PAGE_SIZE };
  }

  add(fresh: NewSupporter): string {
    const missing = fresh.ofKind === 'individual' ? 'name' : 'org_name';
    if (!fresh.text.some(({ field }) => field === missing)) {
      throw { ...failure('E-FIELD-MISSING'), fields: [{ field: missing, code: 'E-EMPTY' }] };
    }
    if (!fresh.decisions.some(({ purpose, decision }) => purpose === 'P1' && decision === 'given')) {
      throw failure('E-CONSENT-MISSING');
    }
    const { decisions: _decisions, ...values } = fresh;
    const id = this.newId();
    this.supporters.set(id, { ...inventedSupporter(1), ...values, id, submittedAt: this.now });
    this.note('supporter_added', id);
    this.changed('supporters', 'audit');
    return id;
  }

  edit(edit: SupporterEdit): SupporterDetail['text'][number]['field'][] {
    const before = this.find(edit.id);
    const broken = edit.text.find(
      ({ field, value }) => field === 'email' && value !== '' && !value.includes('@'),
    );
    if (broken) throw { ...failure('E-VALUES'), fields: [{ field: 'email', code: 'E-EMAIL-AT' }] };
    const text = before.text.filter(({ field }) => edit.text.every((each) => each.field !== field));
    text.push(...edit.text.filter(({ value }) => value !== ''));
    this.supporters.set(edit.id, {
      ...before,
      text,
      interests: edit.interests ?? before.interests,
      language: edit.language ?? before.language,
      contactPreference: edit.contactPreference ?? before.contactPreference,
      publicName: edit.publicName ?? before.publicName,
      emailState: edit.emailState ?? before.emailState,
      tags: edit.tags ?? before.tags,
    });
    this.note('supporter_edited', edit.id);
    this.changed('supporters', 'audit');
    return edit.text.map(({ field }) => field);
  }

  record(request: ConsentRequest): string {
    const supporter = this.find(request.id);
    const id = this.newId();
    supporter.consents = [
      {
        id,
        purpose: request.purpose,
        decision: request.decision,
        channel: request.channel,
        givenAt: request.givenAt ?? this.now,
        recordedAt: this.now,
        recordedBy: '石川 恵',
        wording: WORDING_JA,
        guardian: request.guardian,
        reason: request.reason,
        expires: null,
      },
      ...supporter.consents,
    ];
    const allowed = request.decision === 'given';
    supporter.consentStates = supporter.consentStates.map((state) =>
      state.purpose === request.purpose ? { ...state, allowed, reason: request.decision } : state,
    );
    this.note('consent_recorded', request.id);
    this.changed('supporters', 'audit');
    return id;
  }

  withdraw(id: string): number {
    const supporter = this.find(id);
    const given = supporter.consentStates.filter(({ allowed }) => allowed).length;
    supporter.status = 'withdrawn';
    supporter.consentStates = supporter.consentStates.map((state) =>
      state.allowed ? { ...state, allowed: false, reason: 'withdrawn' } : state,
    );
    this.note('supporter_withdrawn', id);
    this.changed('supporters', 'audit');
    return given;
  }

  erase(id: string, sheets: readonly string[]): void {
    this.find(id);
    if (sheets.length === 0) throw failure('E-APPROVAL-MISSING');
    if (!sheets[0]?.startsWith('basket')) throw failure('E-SHEET');
    this.supporters.delete(id);
    this.note('supporter_erased', id);
    this.changed('supporters', 'audit');
  }

  note(
    action: AuditAction,
    supporter: string | null,
    reason: string | null = null,
    count: number | null = null,
  ): void {
    const known = supporter === null ? undefined : this.supporters.get(supporter);
    this.audit.unshift({
      id: this.newId(),
      at: this.now - (50 - this.audit.length) * HOUR_MS,
      member: '石川 恵',
      device: '4f1c',
      action,
      subject:
        supporter === null
          ? null
          : { kind: 'supporter', id: supporter, name: known ? rowOf(known).name : null },
      reason,
      count,
    });
  }

  /** A second record of the first person, for the screens about look-alikes. */
  #addLookAlike(people: number): void {
    const first = this.supporters.get(idOf(1));
    if (!first || people < 2) return;
    const id = this.newId();
    const other: SupporterDetail = {
      ...structuredClone(first),
      id,
      text: first.text.map(({ field, value }) =>
        field === 'tel'
          ? { field, value: '090-0000-0001' }
          : field === 'street'
            ? { field, value: '材木座2-3' }
            : { field, value },
      ),
    };
    first.lookAlikes = [rowOf(other)];
    other.lookAlikes = [rowOf(first)];
    this.supporters.set(id, other);
  }
}

export function rowOf(supporter: SupporterDetail): SupporterRow {
  const value = (field: string) => supporter.text.find((each) => each.field === field)?.value ?? '';
  return {
    id: supporter.id,
    ofKind: supporter.ofKind,
    status: supporter.status,
    name: value('name') || value('org_name'),
    reading: value('kana') || value('org_kana'),
    prefecture: value('prefecture'),
    city: value('city'),
    email: value('email'),
    mayMail: supporter.consentStates.some(({ purpose, allowed }) => purpose === 'P2' && allowed),
    tags: supporter.tags,
    submittedAt: supporter.submittedAt,
  };
}
