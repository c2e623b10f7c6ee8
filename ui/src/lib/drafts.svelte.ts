/**
 * What is being typed, kept sealed by the program every two seconds until it is saved.
 *
 * A form opens a draft by name, hands it every change, and drops it when its content is saved or thrown away. Before
 * a lock all drafts are written at once. A draft is never read back into a form that is open.
 */
import { failureOf } from './failure';
import { call } from './transport';

/** How long a change may wait before it is kept. */
export const DRAFT_DELAY_MS = 2_000;

const open = new Set<Draft>();

export class Draft {
  readonly name: string;
  /** When it was last kept, by the window's clock; nothing if it was not. */
  keptAt = $state<number | null>(null);
  /** Whether keeping failed; what is typed is then only on the screen. */
  failed = $state(false);
  #body: string | null = null;
  #kept: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string) {
    this.name = name;
    open.add(this);
  }

  /** What was kept before, if anything. */
  async read(): Promise<string | null> {
    const { drafts } = await call('drafts', {});
    const found = drafts.find((draft) => draft.name === this.name)?.body ?? null;
    this.#kept = found;
    return found;
  }

  /** Takes the present content; it is kept within two seconds. */
  write(body: string): void {
    this.#body = body;
    this.#timer ??= setTimeout(() => void this.keep(), DRAFT_DELAY_MS);
  }

  /** Keeps the present content now. */
  async keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const body = this.#body;
    if (body === null || body === this.#kept) return;
    try {
      await call('draft_save', { name: this.name, body });
      this.#kept = body;
      this.keptAt = Date.now();
      this.failed = false;
    } catch (error) {
      // After a lock the draft of two seconds ago is kept already; anything else must be seen.
      this.failed = failureOf(error).code !== 'E-LOCKED';
    }
  }

  /** Forgets it: its content is saved, or not wanted. */
  async drop(): Promise<void> {
    this.#body = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const wasKept = this.#kept !== null;
    this.#kept = null;
    this.keptAt = null;
    try {
      if (wasKept) await call('draft_discard', { name: this.name });
    } catch {
      // The content is saved; a draft that stays is offered once more, which must not look like a failure to save.
    }
  }

  /** The form is gone from the screen; its draft stays kept. */
  close(): void {
    void this.keep();
    open.delete(this);
  }
}

/** Keeps everything that is being typed, now. */
export async function keepAllDrafts(): Promise<void> {
  await Promise.all([...open].map((draft) => draft.keep()));
}
