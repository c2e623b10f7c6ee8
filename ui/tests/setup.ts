/** What jsdom lacks of a web view, and a clean window for each test. */
import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';
import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeEach } from 'vitest';

import { announcer } from '$lib/announcer.svelte';
import { notices } from '$lib/notices.svelte';
import { session } from '$lib/session.svelte';
import { supporterList } from '$screens/supporters/list.svelte';
import { wizard } from '$screens/import/wizard.svelte';

// jsdom draws no dialogs; open and modal are what the screens ask for.
HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
  this.querySelector<HTMLElement>('button, input, select, textarea')?.focus();
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
};

// jsdom lays nothing out, so sizes never change.
globalThis.ResizeObserver = class implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

// The whole page in each message would hide what was looked for. What is hidden is asked for with toBeVisible:
// computing it for every role in jsdom takes seconds.
configure({
  defaultHidden: true,
  getElementError: (message) => new Error(message?.split('\n', 3).join('\n')),
});

beforeEach(() => {
  location.hash = '#/';
});

afterEach(() => {
  cleanup();
  announcer.dismiss();
  notices.importProgress = null;
  notices.droppedFile = null;
  session.gate = null;
  session.lockInSeconds = null;
  supporterList.text = '';
  supporterList.kind = '';
  supporterList.status = '';
  supporterList.total = null;
  supporterList.failure = null;
  supporterList.pages = new Map();
  wizard.startOver();
});
