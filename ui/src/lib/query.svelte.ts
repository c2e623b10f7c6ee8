/** Asking the program and showing what comes: loading, ready, or failed. */
import type { Failure } from './bindings';
import { failureOf } from './failure';
import { session } from './session.svelte';

export type QueryState<Value> =
  { kind: 'loading' } | { kind: 'ready'; value: Value } | { kind: 'failed'; failure: Failure };

/**
 * An answer that can be asked for again. While it is, the old answer stays, so that nothing jumps; an answer that
 * comes after a newer question is dropped.
 */
export class Query<Value> {
  state = $state.raw<QueryState<Value>>({ kind: 'loading' });
  #ask: () => Promise<Value>;
  #question = 0;

  constructor(ask: () => Promise<Value>) {
    this.#ask = ask;
  }

  get value(): Value | null {
    return this.state.kind === 'ready' ? this.state.value : null;
  }

  reload = async (): Promise<void> => {
    const question = ++this.#question;
    if (this.state.kind === 'failed') this.state = { kind: 'loading' };
    try {
      const value = await this.#ask();
      if (question === this.#question) this.state = { kind: 'ready', value };
    } catch (error) {
      if (question !== this.#question) return;
      const failure = failureOf(error);
      session.heed(failure);
      this.state = { kind: 'failed', failure };
    }
  };
}

/** Something to be done once at a time, with the failure to show. */
export class Deed {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);

  /** Does it unless it is being done. Gives whether it succeeded. */
  async run(deed: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await deed();
      return true;
    } catch (error) {
      this.failure = failureOf(error);
      session.heed(this.failure);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
