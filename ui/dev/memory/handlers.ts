/** Every command of the contract, answered from memory. */
import type { Home, SideBySide } from '../../src/lib/bindings';
import type { CommandName, Request, Response } from '../../src/lib/transport';
import { rowOf, type MemoryCommittee } from './committee';
import { fieldsOf } from './fields';
import { failure, type MemoryGate } from './gate';
import type { MemoryImports } from './imports';
import { idOf, WORDING_JA } from './people';

type Handler<Name extends CommandName> = (request: Request<Name>) => Response<Name> | Promise<Response<Name>>;
export type Handlers = { [Name in CommandName]: Handler<Name> };
type Some<Names extends CommandName> = Pick<Handlers, Names>;

const NOTHING = {};
const LOOK_ALIKE_ID = idOf(900_001);
const WEAK_LENGTH = 12;

export function gateHandlers(
  gate: MemoryGate,
): Some<
  | 'gate_state'
  | 'settings'
  | 'settings_change'
  | 'passphrase_propose'
  | 'passphrase_judge'
  | 'create'
  | 'create_confirm'
  | 'create_cancel'
  | 'unlock'
  | 'lock'
  | 'stay_awake'
  | 'passphrase_change'
  | 'drafts'
  | 'draft_save'
  | 'draft_discard'
> {
  const done = (deed: () => unknown) => {
    deed();
    return NOTHING;
  };
  return {
    gate_state: () => gate.state,
    settings: () => gate.settings,
    settings_change: (settings) => (gate.settings = settings),
    passphrase_propose: ({ list }) =>
      list === 'english'
        ? { passphrase: 'harbor candle orchid window basket river', kana: null }
        : { passphrase: 'umi kaze take mado hashi sora', kana: 'うみ かぜ たけ まど はし そら' },
    passphrase_judge: ({ passphrase }) =>
      passphrase.length < WEAK_LENGTH
        ? { accepted: false, code: 'E-PASSPHRASE-WEAK' }
        : { accepted: true, code: null },
    create: () => gate.create(),
    create_confirm: ({ words }) => done(() => gate.confirm(words)),
    create_cancel: () => done(() => gate.cancel()),
    unlock: ({ passphrase }) => done(() => gate.unlock(passphrase)),
    lock: ({ panic }) => done(() => gate.lock(panic ? 'panic' : 'asked')),
    stay_awake: () => NOTHING,
    passphrase_change: ({ old }) => {
      if (old === '') throw failure('E-PASSPHRASE');
      return NOTHING;
    },
    drafts: () => ({ drafts: gate.allDrafts() }),
    draft_save: ({ name, body }) => done(() => gate.drafts.set(name, body)),
    draft_discard: ({ name }) => done(() => gate.drafts.delete(name)),
  };
}

export function committeeHandlers(
  committee: MemoryCommittee,
): Some<
  | 'home'
  | 'committee'
  | 'vault_check'
  | 'vault_rebuild'
  | 'supporters_page'
  | 'supporter_detail'
  | 'supporter_fields'
  | 'supporter_add'
  | 'supporter_edit'
  | 'field_check'
  | 'supporter_withdraw'
  | 'supporter_erase'
  | 'consent_record'
  | 'wordings'
  | 'duplicates'
  | 'pair_compare'
  | 'pair_merge'
  | 'pair_keep_apart'
  | 'export'
  | 'audit_page'
> {
  return {
    home: () => homeOf(committee),
    committee: () => ({
      name: '鎌倉難民支援フォーラム 運営委員会（見本）',
      members: [
        {
          name: '石川 恵',
          isSelf: true,
          devices: [{ device: '4f1c', role: 'admin', isThis: true }],
        },
      ],
      eraseApprovals: 2,
    }),
    vault_check: () => ({ entryCount: 812, documentCount: committee.supporters.size + 3, findings: [] }),
    vault_rebuild: () => NOTHING,
    supporters_page: (query) => committee.page(query),
    supporter_detail: ({ id }) => committee.find(id),
    supporter_fields: ({ ofKind }) => ({ fields: fieldsOf(ofKind) }),
    supporter_add: (fresh) => ({ id: committee.add(fresh), changed: [], findings: [], isSuppressed: false }),
    supporter_edit: (edit) => ({
      id: edit.id,
      changed: committee.edit(edit),
      findings: [],
      isSuppressed: false,
    }),
    field_check: ({ field, value }) => {
      if (field === 'email' && value.endsWith('gmial.com')) {
        const proposal = value.replace('gmial', 'gmail');
        return { stored: value, proposal, findings: [{ field, code: 'W-EMAIL-TYPO' }] };
      }
      if (field === 'email' && !value.includes('@')) {
        return { stored: null, proposal: null, findings: [{ field, code: 'E-EMAIL-AT' }] };
      }
      return { stored: value, proposal: null, findings: [] };
    },
    supporter_withdraw: ({ id }) => ({ withdrawnCount: committee.withdraw(id), isSuppressed: true }),
    supporter_erase: ({ id, sheets }) => {
      committee.erase(id, sheets);
      return { recordCount: 1, payloadCount: 3 };
    },
    consent_record: (request) => ({ id: committee.record(request) }),
    wordings: () => ({
      wordings: [{ version: 1, language: 'ja', text: WORDING_JA, validFrom: Date.UTC(2023, 8, 18) }],
    }),
    duplicates: () => duplicatesOf(committee),
    pair_compare: ({ kept, absorbed }) => compare(committee, kept, absorbed),
    pair_merge: ({ kept, absorbed }) => {
      committee.supporters.delete(absorbed);
      committee.find(kept).lookAlikes = [];
      committee.note('supporters_merged', kept);
      committee.changed('supporters', 'audit');
      return { kept, staysClosed: [] };
    },
    pair_keep_apart: ({ first, second }) => {
      committee.apart.add(`${first}${second}`);
      committee.changed('supporters', 'audit');
      return NOTHING;
    },
    export: ({ purpose }) => {
      committee.note('exported', null, purpose, committee.supporters.size);
      committee.changed('audit');
      return { kind: 'written', rows: committee.supporters.size, guardedCells: 1, lossyCells: 0 };
    },
    audit_page: ({ actions, page }) => {
      const lines = committee.audit.filter(({ action }) => actions.length === 0 || actions.includes(action));
      return { lines: lines.slice(page * 50, page * 50 + 50), total: lines.length, pageSize: 50 };
    },
  };
}

export function importHandlers(
  imports: MemoryImports,
): Some<
  | 'import_choose'
  | 'import_inspect'
  | 'import_rows'
  | 'import_compare'
  | 'import_run'
  | 'import_cancel'
  | 'imports'
  | 'import_undo'
> {
  return {
    import_choose: () => ({ file: { token: 'file-1', name: '賛同者登録フォーム_2026秋.csv' } }),
    import_inspect: (request) => imports.inspect(request),
    import_rows: ({ group, page }) => imports.page(group, page),
    import_compare: ({ line, id }) => imports.compare(line, id),
    import_run: () => imports.run(),
    import_cancel: () => {
      imports.cancel();
      return NOTHING;
    },
    imports: () => ({ imports: imports.done }),
    import_undo: ({ id }) => imports.undo(id),
  };
}

function homeOf(committee: MemoryCommittee): Home {
  const counts = (['individual', 'organization'] as const).flatMap((kind) =>
    (['active', 'withdrawn'] as const).map((status) => ({
      kind,
      status,
      count: [...committee.supporters.values()].filter(
        (each) => each.ofKind === kind && each.status === status,
      ).length,
    })),
  );
  return {
    committee: '鎌倉難民支援フォーラム 運営委員会（見本）',
    person: '石川 恵',
    counts,
    duplicateCount: duplicatesOf(committee).total,
    unreadableCount: 0,
    damagedCount: 0,
    wasRebuilt: false,
  };
}

function duplicatesOf(committee: MemoryCommittee): Response<'duplicates'> {
  const [first, second] = [committee.supporters.get(idOf(1)), committee.supporters.get(LOOK_ALIKE_ID)];
  if (!first || !second || committee.apart.size > 0) return { pairs: [], total: 0 };
  return { pairs: [{ first: rowOf(first), second: rowOf(second), likeness: 'sameEmail' }], total: 1 };
}

function compare(committee: MemoryCommittee, kept: string, absorbed: string): SideBySide {
  const [a, b] = [committee.find(kept), committee.find(absorbed)];
  const fields = fieldsOf(a.ofKind).flatMap(({ field }) => {
    const [left = '', right = ''] = [a, b].map(
      ({ text }) => text.find((each) => each.field === field)?.value,
    );
    return left === '' && right === ''
      ? []
      : [{ field, kept: left, absorbed: right, differs: left !== '' && right !== '' && left !== right }];
  });
  return { kept: rowOf(a), absorbed: rowOf(b), fields, staysClosed: ['P2'] };
}
