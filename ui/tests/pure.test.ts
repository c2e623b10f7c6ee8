/** Small pure parts: texts with readings, dates, places, and typing on a record that changes. */
import { describe, expect, test } from 'vitest';

import { format } from '$lib/i18n/catalogue';
import { dateText, isoDay, noonOf, timeText } from '$lib/i18n/dates';
import { locale } from '$lib/i18n/locale.svelte';
import { bracketed, markCatalogueText, pieces, plain } from '$lib/i18n/rich-text';
import { rebase } from '$lib/rebase';
import { hrefOf, routeOf, type Route } from '$lib/router.svelte';

import { idOf } from '../dev/memory/people';

describe('texts with readings', () => {
  test('the notation of the catalogue becomes ruby and breaks', () => {
    expect(pieces(markCatalogueText('｜名簿《めいぼ》を\u200B見る'))).toEqual([
      { kind: 'ruby', base: '名簿', reading: 'めいぼ' },
      { kind: 'text', text: 'を' },
      { kind: 'break' },
      { kind: 'text', text: '見る' },
    ]);
  });

  test('names for screen readers have no reading, choices have it in brackets', () => {
    const marked = markCatalogueText('｜電話《でんわ》');
    expect(plain(marked)).toBe('電話');
    expect(bracketed(marked)).toBe('電話（でんわ）');
  });

  test('what a person typed is never markup, whatever it looks like', () => {
    const name = '｜山田《やまだ》<img onerror=alert(1)>\u200B';
    const shown = pieces(format('ja', 'withdraw-title', { name }));
    expect(shown.some((piece) => piece.kind === 'ruby')).toBe(false);
    expect(plain(format('ja', 'withdraw-title', { name }))).toContain(name);
  });

  test('a name that turns the direction of writing is kept within itself', () => {
    expect(plain(format('ja', 'withdraw-title', { name: 'محمد' }))).toContain('\u2068محمد\u2069');
    expect(plain(format('ja', 'withdraw-title', { name: '佐倉 花子' }))).not.toContain('\u2068');
  });
});

describe('dates', () => {
  const late = Date.UTC(2026, 10, 22, 15, 5);

  test('the day is that of Japan, with its weekday', () => {
    locale.language = 'ja';
    expect(plain(dateText(late))).toBe('2026年11月23日（月）');
    expect(plain(timeText(late))).toBe('2026年11月23日（月） 00:05');
    locale.language = 'en';
    expect(plain(dateText(late))).toBe('Mon, 23 November 2026');
    locale.language = 'ja';
  });

  test('a day typed and read back is the same day', () => {
    expect(isoDay(noonOf('2024-02-29') ?? 0)).toBe('2024-02-29');
    expect(noonOf('2024-02-3x')).toBeNull();
  });
});

describe('places', () => {
  const routes: Route[] = [
    { screen: 'home' },
    { screen: 'supporters', id: null },
    { screen: 'supporters', id: idOf(7) },
    { screen: 'supporter-edit', id: idOf(7) },
    { screen: 'supporter-new', kind: 'organization' },
    { screen: 'merge', kept: idOf(1), absorbed: idOf(2) },
    { screen: 'import' },
    { screen: 'about' },
  ];

  test.each(routes)('the address of $screen leads back to it', (route) => {
    expect(routeOf(hrefOf(route))).toEqual(route);
  });

  test.each([
    '#/nowhere',
    '#/supporters/<script>/edit',
    '#/duplicates/1/2',
    '#/import/extra',
    '',
    '#/a/b/c/d',
  ])('the unknown address %s leads nowhere that it names', (hash) => {
    expect(['home', 'supporters']).toContain(routeOf(hash).screen);
    expect(routeOf(hash)).not.toHaveProperty('id', expect.stringContaining('<'));
  });
});

describe('typing on a record that changes', () => {
  const before = { name: '佐倉 花子', tel: '0467-00-0001', city: '鎌倉市' };

  test('places that nobody touched here take the new value', () => {
    const { values, conflicts } = rebase(before, { ...before, tel: '090' }, { ...before, city: '逗子市' });
    expect(values).toEqual({ name: '佐倉 花子', tel: '090', city: '逗子市' });
    expect(conflicts).toEqual([]);
  });

  test('a place that both changed keeps what is typed and is a conflict', () => {
    const { values, conflicts } = rebase(before, { ...before, tel: '090' }, { ...before, tel: '080' });
    expect(values['tel']).toBe('090');
    expect(conflicts).toEqual([{ name: 'tel', before: '0467-00-0001', mine: '090', theirs: '080' }]);
  });

  test('the same change on both sides is no conflict', () => {
    expect(rebase(before, { ...before, tel: '090' }, { ...before, tel: '090' }).conflicts).toEqual([]);
  });

  test('an emptied place stays empty', () => {
    expect(rebase(before, { ...before, tel: '' }, before).values['tel']).toBe('');
  });
});
