/** Hears the program: what changed, and that it is about to lock. Screens ask to be told of topics. */
import type { FileToken, Notice, Topic } from './bindings';
import { keepAllDrafts } from './drafts.svelte';
import { session } from './session.svelte';
import { listen } from './transport';

type Hearer = (topics: readonly Topic[]) => void;

class Notices {
  importProgress = $state.raw<{ done: number; total: number } | null>(null);
  droppedFile = $state.raw<FileToken | null>(null);
  #hearers = new Set<Hearer>();

  async start(): Promise<void> {
    await listen((notice) => void this.#hear(notice));
  }

  /** Calls `again` when one of the topics changed, until the component is gone. For use while a component is made. */
  onChange(topics: readonly Topic[], again: () => void): void {
    $effect(() => {
      const hearer: Hearer = (changed) => {
        if (changed.some((topic) => topics.includes(topic))) again();
      };
      this.#hearers.add(hearer);
      return () => this.#hearers.delete(hearer);
    });
  }

  async #hear(notice: Notice): Promise<void> {
    switch (notice.kind) {
      case 'changed':
        for (const hearer of this.#hearers) hearer(notice.topics);
        return;
      case 'lockSoon':
        session.lockInSeconds = notice.seconds;
        return;
      case 'lockPutOff':
        session.lockInSeconds = null;
        return;
      case 'locking':
        await keepAllDrafts();
        session.lockInSeconds = null;
        await session.refresh();
        return;
      case 'fileDropped':
        this.droppedFile = notice.file;
        return;
      case 'importProgress':
        this.importProgress = { done: notice.done, total: notice.total };
        return;
    }
  }
}

export const notices = new Notices();
