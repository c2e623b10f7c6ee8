/** The gate in memory: stages, settings, drafts. */
import type { Draft, GateState, LockReason, Notice, Settings, Sheets, Stage } from '../../src/lib/bindings';

export const PASSPHRASE = 'umi kaze take mado hashi sora';
const SHEET_COUNT = 3;
const WORDS = [
  'abandon',
  'basket',
  'candle',
  'dinner',
  'elegant',
  'forest',
  'garden',
  'harbor',
  'island',
  'jacket',
];
const WORDS_PER_SHEET = 58;

export function failure(code: string) {
  return { code, params: {}, fields: [] };
}

export class MemoryGate {
  state: GateState;
  settings: Settings;
  drafts = new Map<string, string>();
  #say: (notice: Notice) => void;

  constructor(stage: Stage, settings: Partial<Settings>, say: (notice: Notice) => void) {
    this.#say = say;
    this.state = { stage, lockReason: 'started', waitMs: 0, wrongCount: 0, version: '0.1.0' };
    this.settings = {
      language: 'ja',
      textSize: 'medium',
      theme: 'system',
      density: 'normal',
      idleMinutes: 10,
      ...settings,
    };
  }

  unlock(passphrase: string): void {
    if (passphrase !== PASSPHRASE) {
      this.state = { ...this.state, wrongCount: this.state.wrongCount + 1, waitMs: 1_000 };
      throw failure('E-PASSPHRASE');
    }
    this.state = { ...this.state, stage: 'unlocked', wrongCount: 0, waitMs: 0 };
  }

  lock(reason: LockReason): void {
    this.state = { ...this.state, stage: 'locked', lockReason: reason };
    this.#say({ kind: 'locking' });
  }

  create(): Sheets {
    this.state = { ...this.state, stage: 'creating' };
    const sheets = Array.from({ length: SHEET_COUNT }, (_sheet, at) => ({
      index: at + 1,
      set: '5f2a09c1',
      words: Array.from({ length: WORDS_PER_SHEET }, (_word, place) => this.word(at + 1, place + 1)),
    }));
    return {
      sheets,
      threshold: 2,
      asked: [
        { sheet: 1, place: 7 },
        { sheet: 3, place: 21 },
      ],
    };
  }

  word(sheet: number, place: number): string {
    return WORDS[(sheet * 3 + place * 7) % WORDS.length] ?? '';
  }

  confirm(words: readonly string[]): void {
    if (words[0] !== this.word(1, 7) || words[1] !== this.word(3, 21)) throw failure('E-SHEET');
    this.state = { ...this.state, stage: 'unlocked' };
  }

  cancel(): void {
    this.state = { ...this.state, stage: 'firstStart' };
  }

  allDrafts(): Draft[] {
    return [...this.drafts].map(([name, body]) => ({ name, body }));
  }
}
