/**
 * The list of supporters: what is asked for, and the pages that have come. The program searches and sorts; here are
 * only the pages near what is looked at, so ten thousand people cost as little as fifty.
 */
import type { Failure, Status, SupporterKind, SupporterPage, SupporterRow } from '$lib/bindings';
import { failureOf } from '$lib/failure';
import { session } from '$lib/session.svelte';
import { call } from '$lib/transport';

/** How long to wait after a key before asking: shorter than one feels, longer than a quick double press. */
const SEARCH_DELAY_MS = 30;
/** Most pages kept at a time; those asked for longest ago go first. */
const PAGES_MAX = 20;

class SupporterList {
  text = $state('');
  kind = $state<SupporterKind | ''>('');
  status = $state<Status | ''>('');
  total = $state<number | null>(null);
  pageSize = $state(50);
  failure = $state.raw<Failure | null>(null);
  pages = $state.raw<ReadonlyMap<number, readonly SupporterRow[]>>(new Map());
  /** Counts the wishes to be at the search field. */
  searchWishes = $state(0);
  #generation = 0;
  #asked = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  get isFiltered(): boolean {
    return this.text.trim() !== '' || this.kind !== '' || this.status !== '';
  }

  focusSearch(): void {
    this.searchWishes += 1;
  }

  /** Takes what was typed or chosen. */
  searchSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), SEARCH_DELAY_MS);
  }

  clearFilters(): void {
    this.text = '';
    this.kind = '';
    this.status = '';
    void this.reload();
  }

  /** Asks for the first page anew; the others are asked for again when they are looked at. */
  async reload(): Promise<void> {
    this.#generation += 1;
    this.#asked.clear();
    await this.#ask(0, true);
  }

  /** Asks for a page unless it has come or is on its way. */
  want(page: number): void {
    if (!this.#asked.has(page)) void this.#ask(page, false);
  }

  async #ask(page: number, anew: boolean): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(page);
    try {
      const answer = await call('supporters_page', {
        text: this.text,
        ofKind: this.kind === '' ? null : this.kind,
        statuses: this.status === '' ? [] : [this.status],
        page,
      });
      if (generation === this.#generation) this.#take(page, answer, anew);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#asked.delete(page);
      this.failure = failureOf(error);
      session.heed(this.failure);
    }
  }

  #take(page: number, answer: SupporterPage, anew: boolean): void {
    const pages = new Map(anew ? [] : this.pages);
    pages.set(page, answer.rows);
    for (const oldest of pages.keys()) {
      if (pages.size <= PAGES_MAX) break;
      pages.delete(oldest);
      this.#asked.delete(oldest);
    }
    this.pages = pages;
    this.total = answer.total;
    this.pageSize = answer.pageSize;
    this.failure = null;
  }
}

export const supporterList = new SupporterList();
