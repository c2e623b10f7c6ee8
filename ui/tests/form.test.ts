import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { DRAFT_DELAY_MS } from '$lib/drafts.svelte';

import { MemoryTransport } from '../dev/memory/transport';
import { FIRST_ID, openApp, openOver, requestsOf } from './app';

const EDIT = { screen: 'supporter-edit', id: FIRST_ID } as const;
const NEW = { screen: 'supporter-new', kind: 'individual' } as const;
const DRAFT = `supporter:${FIRST_ID}`;

afterEach(() => {
  vi.useRealTimers();
});

describe('editing', () => {
  test('only what changed is sent, and the old values come back with one press', async () => {
    const { user, memory } = await openApp({}, EDIT);
    const city = await screen.findByLabelText('市区町村');
    const before = (city as HTMLInputElement).value;
    await user.clear(city);
    await user.type(city, '葉山町');
    await user.click(screen.getByRole('button', { name: '保存する' }));
    expect(await screen.findByText('保存しました')).toBeVisible();
    expect(requestsOf(memory, 'supporter_edit')[0]).toEqual({
      id: FIRST_ID,
      text: [{ field: 'city', value: '葉山町' }],
      interests: null,
      language: null,
      contactPreference: null,
      publicName: null,
      emailState: null,
      tags: null,
    });
    await user.click(screen.getByRole('button', { name: '元に戻す' }));
    expect(await screen.findByText('元に戻しました')).toBeVisible();
    expect(memory.committee.find(FIRST_ID).text).toContainEqual({ field: 'city', value: before });
  });

  test('what cannot be stored is named at its place, with a link to it, and nothing typed is lost', async () => {
    const { user } = await openApp({}, EDIT);
    const email = await screen.findByLabelText('メールアドレス');
    await user.clear(email);
    await user.type(email, 'no-at-sign');
    await user.click(screen.getByRole('button', { name: '保存する' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('何も保存していません');
    expect(email).toHaveValue('no-at-sign');
    expect(email).toHaveAccessibleDescription(/@ が一つではありません/);
    expect(email).toHaveAttribute('aria-invalid', 'true');
    await user.click(screen.getByRole('link', { name: 'メールアドレス' }));
    expect(email).toHaveFocus();
  });

  test('a likely slip is offered back and taken by one press', async () => {
    const { user } = await openApp({}, EDIT);
    const email = await screen.findByLabelText('メールアドレス');
    await user.clear(email);
    await user.type(email, 'hanako@gmial.com');
    await user.tab();
    await user.click(await screen.findByRole('button', { name: /hanako@gmail\.com/ }));
    expect(email).toHaveValue('hanako@gmail.com');
  });

  test('what is typed is kept as a draft within two seconds', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { memory } = await openApp({}, EDIT);
    const city = await screen.findByLabelText('市区町村');
    await fireEvent.input(city, { target: { value: '葉山町' } });
    expect(memory.gate.drafts.has(DRAFT)).toBe(false);
    await vi.advanceTimersByTimeAsync(DRAFT_DELAY_MS);
    expect(memory.gate.drafts.get(DRAFT)).toContain('葉山町');
    expect(await screen.findByText(/下書きに保存しました/)).toBeVisible();
  });

  test('a lock in the middle keeps the draft at once, and unlocking returns to the form', async () => {
    const { user, memory } = await openApp({}, EDIT);
    const city = await screen.findByLabelText('市区町村');
    await user.clear(city);
    await user.type(city, '葉山町');
    memory.lock('suspended');
    expect(await screen.findByRole('heading', { name: '合言葉で開く' })).toBeVisible();
    expect(memory.gate.drafts.get(DRAFT)).toContain('葉山町');
    expect(memory.gate.drafts.get('place')).toBe(`#/supporters/${FIRST_ID}/edit`);

    location.hash = '#/';
    await user.type(screen.getByLabelText('合言葉'), 'umi kaze take mado hashi sora');
    await user.click(screen.getByRole('button', { name: '開く' }));
    await user.click(await screen.findByRole('button', { name: '下書きの続きを書く' }));
    expect(screen.getByLabelText('市区町村')).toHaveValue('葉山町');
  });

  test('a draft that waits for a decision is not overwritten by typing', async () => {
    const memory = new MemoryTransport({ people: 12 });
    const kept = JSON.stringify({ before: { city: '鎌倉市' }, values: { city: '葉山町' } });
    memory.gate.drafts.set(DRAFT, kept);
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await openOver(memory, EDIT);
    await screen.findByText(/前回の下書き/);
    await fireEvent.input(screen.getByLabelText('市区町村'), { target: { value: '逗子市' } });
    await vi.advanceTimersByTimeAsync(DRAFT_DELAY_MS * 2);
    expect(memory.gate.drafts.get(DRAFT)).toBe(kept);
  });

  test('a change elsewhere fills untouched places and never overwrites what is typed', async () => {
    const { user, memory } = await openApp({}, EDIT);
    const city = await screen.findByLabelText('市区町村');
    await user.clear(city);
    await user.type(city, '葉山町');
    memory.committee.edit({
      id: FIRST_ID,
      text: [
        { field: 'city', value: '三浦市' },
        { field: 'tel', value: '046-000-0000' },
      ],
      interests: null,
      language: null,
      contactPreference: null,
      publicName: null,
      emailState: null,
      tags: null,
    });
    expect(await screen.findByText('同じ項目が、ほかでも変更されました')).toBeVisible();
    expect(city).toHaveValue('葉山町');
    expect(screen.getByLabelText('電話番号')).toHaveValue('046-000-0000');
    await user.click(screen.getByRole('button', { name: '保存する' }));
    expect(requestsOf(memory, 'supporter_edit')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'いまの記録を残す' }));
    expect(city).toHaveValue('三浦市');
  });
});

describe('adding', () => {
  test('without a name or consent nothing is saved, and it is said why', async () => {
    const { user, memory } = await openApp({}, NEW);
    await user.click(await screen.findByRole('button', { name: '登録する' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('必要な項目が空いています');
    await user.type(screen.getByLabelText(/^氏名/), '南 千代');
    await user.click(screen.getByRole('button', { name: '登録する' }));
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('登録への同意がない'));
    expect(memory.committee.supporters.size).toBe(13);
  });

  test('with both it is saved with the decisions that were asked, and shown', async () => {
    const { user, memory } = await openApp({}, NEW);
    await user.type(await screen.findByLabelText(/^氏名/), '南 千代');
    const group = (name: RegExp) => within(screen.getByRole('group', { name }));
    await user.click(group(/賛同者としての登録/).getByRole('radio', { name: '同意' }));
    await user.click(group(/イベント等の案内メール/).getByRole('radio', { name: '不同意' }));
    await user.click(screen.getByRole('button', { name: '登録する' }));
    expect(await screen.findByText('登録しました')).toBeVisible();
    expect(requestsOf(memory, 'supporter_add')).toEqual([
      {
        ofKind: 'individual',
        source: 'paper',
        text: [{ field: 'name', value: '南 千代' }],
        interests: [],
        orgType: null,
        language: 'ja',
        decisions: [
          { purpose: 'P1', decision: 'given' },
          { purpose: 'P2', decision: 'refused' },
        ],
      },
    ]);
    expect(await screen.findByRole('heading', { level: 1, name: '南 千代' })).toBeVisible();
  });

  test('the web view is told to remember, correct and translate nothing that is typed', async () => {
    await openApp({}, NEW);
    for (const place of await screen.findAllByRole('textbox')) {
      expect(place).toHaveAttribute('autocomplete', 'off');
      expect(place).toHaveAttribute('spellcheck', 'false');
    }
  });
});
