/** One invented file and what becomes of it. */
import type {
  Column,
  ImportDone,
  ImportRow,
  ImportRows,
  ImportSummary,
  Inspection,
  InspectRequest,
  Notice,
  RowGroup,
  RowPair,
} from '../../src/lib/bindings';
import { rowOf, type MemoryCommittee } from './committee';
import { failure } from './gate';
import { idOf } from './people';

const NEW_ROWS = 63;
const PAGE_SIZE = 20;
const PROGRESS_STEPS = 4;

const COLUMNS: readonly Column[] = [
  { heading: 'タイムスタンプ', target: 'submitted_at' },
  { heading: 'お名前', target: 'name' },
  { heading: 'ふりがな', target: 'kana' },
  { heading: 'メールアドレス', target: 'email' },
  { heading: 'ご住所', target: 'whole_address' },
  { heading: '登録に同意しますか', target: 'consent:P1' },
  { heading: 'イベントの案内メールを希望しますか', target: 'consent:P2' },
  { heading: 'お好きな映画', target: null },
];
const TARGETS = [
  'name',
  'kana',
  'email',
  'tel',
  'whole_address',
  'submitted_at',
  'interests',
  'consent:P1',
  'consent:P2',
  'consent:P3',
];

export class MemoryImports {
  readonly done: ImportSummary[] = [];
  /** Whether the columns are taken for unknown, so that a person must choose. */
  columnsUnknown = false;
  #committee: MemoryCommittee;
  #say: (notice: Notice) => void;
  #cancelled = false;

  constructor(committee: MemoryCommittee, say: (notice: Notice) => void) {
    this.#committee = committee;
    this.#say = say;
    this.done.push(this.#summary('賛同者登録フォーム_2024春.csv', committee.now - 86_400_000 * 40, 112));
  }

  inspect(request: InspectRequest): Inspection {
    const columns = request.columns ?? COLUMNS.map((column) => ({ ...column }));
    const ofKind = request.ofKind ?? 'individual';
    if (this.columnsUnknown && request.columns === null) {
      const guessed = columns.map((column) =>
        column.target === 'name' ? { ...column, target: null } : column,
      );
      return { kind: 'columnsNeeded', columns: guessed, ofKind, missing: ['name'], targets: TARGETS };
    }
    const rows = this.rows();
    const count = (group: RowGroup) => rows.filter((row) => row.group === group).length;
    return {
      kind: 'ready',
      columns,
      ofKind,
      encoding: request.encoding ?? 'cp932',
      targets: TARGETS,
      counts: {
        new: count('new'),
        updates: count('update'),
        review: count('review'),
        alreadyPresent: count('alreadyPresent'),
        repeated: count('repeated'),
        rejected: count('rejected'),
        unreadable: count('unreadable'),
      },
      purposesNotAsked: ['P3', 'P4', 'P5', 'P6', 'P7'],
      sample: rows.slice(0, 3),
    };
  }

  page(group: RowGroup | null, page: number): ImportRows {
    const rows = this.rows().filter((row) => group === null || row.group === group);
    return {
      rows: rows.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE),
      total: rows.length,
      pageSize: PAGE_SIZE,
    };
  }

  compare(line: number, id: string): RowPair {
    const record = this.#committee.find(id);
    const row = this.rows().find((each) => each.line === line);
    const fields = (row?.text ?? []).map(({ field, value }) => ({
      field,
      record: record.text.find((each) => each.field === field)?.value ?? '',
      row: value,
    }));
    return { record: rowOf(record), fields };
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async run(): Promise<ImportDone> {
    this.#cancelled = false;
    const total = this.rows().length;
    for (let step = 1; step <= PROGRESS_STEPS; step += 1) {
      this.#say({ kind: 'importProgress', done: Math.round((total * step) / PROGRESS_STEPS), total });
      await Promise.resolve();
      if (this.#cancelled) throw failure('E-CANCELLED');
    }
    const summary = this.#summary('賛同者登録フォーム_2026秋.csv', this.#committee.now, NEW_ROWS);
    this.done.unshift(summary);
    this.#committee.note('imported', null, null, NEW_ROWS);
    this.#committee.changed('supporters', 'imports', 'audit');
    return { summary, stillClosedCount: 1 };
  }

  undo(id: string): { removedCount: number; keptCount: number } {
    const summary = this.done.find((each) => each.id === id);
    if (!summary) throw failure('E-IMPORT-MISSING');
    if (summary.undoneAt !== null) throw failure('E-IMPORT-UNDONE');
    summary.undoneAt = this.#committee.now;
    this.#committee.changed('supporters', 'imports', 'audit');
    return { removedCount: summary.counts.created - 1, keptCount: 1 };
  }

  rows(): ImportRow[] {
    const fresh = Array.from({ length: NEW_ROWS }, (_row, at) => row(at + 2, 'new', `新井 ${at + 1}子`));
    const known = this.#committee.supporters.get(idOf(1));
    return [
      ...fresh,
      {
        ...row(70, 'update', '佐倉 花子'),
        candidates: known ? [{ kind: 'record', row: rowOf(known), likeness: 'sameEmail' }] : [],
      },
      {
        ...row(71, 'review', '林 みどり'),
        held: [{ field: 'email', value: 'midori＠@example.org' }],
        proposals: [{ field: 'email', value: 'midori@example.org' }],
        findings: [{ field: 'email', code: 'E-EMAIL-AT' }],
      },
      { ...row(72, 'review', '森 あかり'), codes: ['E-TIME-AMBIGUOUS'] },
      row(73, 'alreadyPresent', '岡本 直'),
      row(74, 'repeated', '新井 1子'),
      { ...row(75, 'rejected', '江口 薫'), codes: ['E-CONSENT-MISSING'] },
    ];
  }

  #summary(fileName: string, at: number, created: number): ImportSummary {
    return {
      id: this.#committee.newId(),
      fileName,
      at,
      by: '石川 恵',
      ofKind: 'individual',
      counts: {
        created,
        updated: 0,
        alreadyPresent: 1,
        repeated: 1,
        review: 3,
        suppressed: 0,
        rejected: 1,
        unreadable: 0,
      },
      undoneAt: null,
    };
  }
}

function row(line: number, group: RowGroup, name: string): ImportRow {
  return {
    line,
    group,
    text: [
      { field: 'name', value: name },
      { field: 'email', value: `row${line}@example.org` },
      { field: 'city', value: '鎌倉市' },
    ],
    held: [],
    proposals: [],
    findings: [],
    codes: [],
    candidates: [],
  };
}
