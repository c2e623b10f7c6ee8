/**
 * What just happened, said once: read out by screen readers, shown for a while at the bottom, with a way back where
 * there is one.
 */
import type { Arguments } from './i18n/catalogue';
import type { MessageId } from './i18n/message-ids';

/** How long a message stays; WCAG 2.2.1 asks for time to react, so the pointer or the focus on it holds it. */
export const SHOWN_MS = 10_000;

export interface Message {
  id: MessageId;
  args: Arguments;
  undo: (() => void) | null;
}

class Announcer {
  current = $state<Message | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(id: MessageId, args: Arguments = {}, undo: (() => void) | null = null): void {
    this.current = { id, args, undo };
    this.release();
  }

  /** Keeps the message while someone looks at it. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dismiss(), SHOWN_MS);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.current = null;
  }
}

export const announcer = new Announcer();
