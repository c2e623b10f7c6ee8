/** axe on every screen, in the structure that jsdom can see; colours and sizes are looked at by `npm run screens`. */
import { screen } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';

import type { UiLanguage } from '$lib/bindings';
import type { Route } from '$lib/router.svelte';

import { FIRST_ID, LOOK_ALIKE_ID, openApp } from './app';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const ROUTES: Route[] = [
  { screen: 'home' },
  { screen: 'supporters', id: null },
  { screen: 'supporters', id: FIRST_ID },
  { screen: 'supporter-edit', id: FIRST_ID },
  { screen: 'supporter-new', kind: 'individual' },
  { screen: 'supporter-new', kind: 'organization' },
  { screen: 'duplicates' },
  { screen: 'merge', kept: FIRST_ID, absorbed: LOOK_ALIKE_ID },
  { screen: 'import' },
  { screen: 'export' },
  { screen: 'audit' },
  { screen: 'committee' },
  { screen: 'settings' },
  { screen: 'about' },
];

async function violations(): Promise<string[]> {
  const result = await axe.run(document, {
    runOnly: TAGS,
    // jsdom lays nothing out.
    rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } },
  });
  return result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}

describe('the structure of every screen', () => {
  test.each(ROUTES)('axe finds nothing on $screen', async (route) => {
    await openApp({}, route);
    await screen.findAllByRole('heading', { level: 1 });
    await expect.poll(() => document.querySelector('[aria-busy=true]')).toBeNull();
    expect(await violations()).toEqual([]);
  });

  test.each(['firstStart', 'locked'] as const)(
    'axe finds nothing at the gate when it is %s',
    async (stage) => {
      await openApp({ stage });
      expect(await violations()).toEqual([]);
    },
  );

  test.each<UiLanguage>(['jaEasy', 'en'])('axe finds nothing on the list in %s', async (language) => {
    await openApp({ settings: { language } }, { screen: 'supporters', id: null });
    await screen.findByRole('table');
    expect(await violations()).toEqual([]);
  });
});

test('axe finds a planted fault', async () => {
  const image = document.createElement('img');
  document.body.append(image);
  expect(await violations()).toContainEqual(expect.stringContaining('image-alt'));
  image.remove();
});
