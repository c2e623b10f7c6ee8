/**
 * The contract over a committee in memory: for development and tests, never shipped.
 *
 * It answers like the program, without its rules: search is a plain comparison, and a passphrase is right if it is
 * `PASSPHRASE`. `failNext`, `hold` and `say` let a test arrange failures, waiting and notices.
 */
import type { Failure, GateState, Notice, Settings, Stage } from '../../src/lib/bindings';
import type { CommandName, Request, Response, Transport } from '../../src/lib/transport';
import { MemoryCommittee } from './committee';
import { MemoryGate } from './gate';
import { MemoryImports } from './imports';
import { committeeHandlers, importHandlers, gateHandlers, type Handlers } from './handlers';

export interface MemoryOptions {
  people?: number;
  stage?: Stage;
  settings?: Partial<Settings>;
  now?: number;
}

const NOW = Date.UTC(2026, 10, 24, 1, 0);

export class MemoryTransport implements Transport {
  readonly window = 'both';
  readonly committee: MemoryCommittee;
  readonly gate: MemoryGate;
  readonly imports: MemoryImports;
  /** Every command so far, for tests. */
  readonly calls: { name: CommandName; request: unknown }[] = [];
  #handlers: Handlers;
  #hear: ((notice: Notice) => void) | null = null;
  #failures = new Map<CommandName, Failure>();
  #held = new Map<CommandName, (() => void)[]>();

  constructor(options: MemoryOptions = {}) {
    const say = (notice: Notice) => this.say(notice);
    this.committee = new MemoryCommittee(options.people ?? 400, options.now ?? NOW, say);
    this.gate = new MemoryGate(options.stage ?? 'unlocked', options.settings ?? {}, say);
    this.imports = new MemoryImports(this.committee, say);
    this.#handlers = {
      ...gateHandlers(this.gate),
      ...committeeHandlers(this.committee),
      ...importHandlers(this.imports),
    };
  }

  async call<Name extends CommandName>(name: Name, request: Request<Name>): Promise<Response<Name>> {
    this.calls.push({ name, request: copied(request) });
    const held = this.#held.get(name);
    if (held) await new Promise<void>((release) => held.push(release));
    const failure = this.#failures.get(name);
    this.#failures.delete(name);
    if (failure) throw failure;
    return copied(await this.#handlers[name](copied(request) as never)) as Response<Name>;
  }

  async listen(hear: (notice: Notice) => void): Promise<void> {
    this.#hear = hear;
  }

  say(notice: Notice): void {
    this.#hear?.(notice);
  }

  failNext(name: CommandName, failure: Failure): void {
    this.#failures.set(name, failure);
  }

  /** Keeps answers to a command back until the returned function is called. */
  hold(name: CommandName): () => void {
    const waiting: (() => void)[] = [];
    this.#held.set(name, waiting);
    return () => {
      this.#held.delete(name);
      for (const release of waiting) release();
    };
  }

  lock(reason: GateState['lockReason']): void {
    this.gate.lock(reason);
  }
}

/** What crosses is a copy in JSON, as over IPC. */
function copied<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
