/**
 * One walk through an import: file, columns, check, run, result.
 *
 * The file stays in the program; here are its token, what was chosen about it, and what a person decided about rows.
 * Nothing is in the register before `run` has succeeded, and then everything is.
 */
import type {
  Column,
  FileEncoding,
  FileToken,
  ImportDone,
  Inspection,
  RowVerdict,
  SupporterKind,
  UpdatePolicy,
} from '$lib/bindings';
import { notices } from '$lib/notices.svelte';
import { Deed } from '$lib/query.svelte';
import { call } from '$lib/transport';

export type Step = 'file' | 'columns' | 'check' | 'result';
export type Ready = Extract<Inspection, { kind: 'ready' }>;

class ImportWizard {
  step = $state<Step>('file');
  file = $state.raw<FileToken | null>(null);
  inspection = $state.raw<Inspection | null>(null);
  verdicts = $state<Record<number, RowVerdict>>({});
  updates = $state<UpdatePolicy>('ask');
  done = $state.raw<ImportDone | null>(null);
  readonly reading = new Deed();
  readonly running = new Deed();

  get isWorking(): boolean {
    return this.reading.busy || this.running.busy;
  }

  /** Decisions about rows that were made so far. */
  get decidedCount(): number {
    return Object.keys(this.verdicts).length;
  }

  async choose(): Promise<void> {
    const { file } = await call('import_choose', {});
    if (file) await this.open(file);
  }

  async open(file: FileToken): Promise<void> {
    this.startOver();
    this.file = file;
    await this.inspect(null, null, null);
  }

  /** Reads the file; what is `null` is guessed or remembered. */
  async inspect(
    ofKind: SupporterKind | null,
    columns: readonly Column[] | null,
    encoding: FileEncoding | null,
  ): Promise<void> {
    const { file } = this;
    if (!file) return;
    notices.importProgress = null;
    await this.reading.run(async () => {
      const choices = columns?.map(({ heading, target }) => ({ heading, target })) ?? null;
      this.inspection = await call('import_inspect', {
        token: file.token,
        ofKind,
        columns: choices,
        encoding,
      });
      this.verdicts = {};
      this.step = this.inspection.kind === 'ready' ? 'check' : 'columns';
    });
  }

  decide(line: number, verdict: RowVerdict | null): void {
    const { [line]: _before, ...others } = this.verdicts;
    this.verdicts = verdict === null ? others : { ...others, [line]: verdict };
  }

  async run(): Promise<void> {
    const { file } = this;
    if (!file) return;
    notices.importProgress = null;
    await this.running.run(async () => {
      const decisions = Object.entries(this.verdicts).map(([line, verdict]) => ({
        line: Number(line),
        verdict,
      }));
      this.done = await call('import_run', { token: file.token, decisions, updates: this.updates });
      this.step = 'result';
    });
  }

  async cancel(): Promise<void> {
    await call('import_cancel', {});
  }

  startOver(): void {
    this.step = 'file';
    this.file = null;
    this.inspection = null;
    this.verdicts = {};
    this.updates = 'ask';
    this.done = null;
    this.reading.failure = null;
    this.running.failure = null;
  }
}

export const wizard = new ImportWizard();
