import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { MemoryTransport } from '../dev/memory/transport';
import { FIRST_ID, LOOK_ALIKE_ID, openApp, openOver, requestsOf } from './app';

const LIST = { screen: 'supporters', id: null } as const;
const FIRST = { screen: 'supporters', id: FIRST_ID } as const;

describe('the list of supporters', () => {
  test('ten thousand people are a few pages of rows in the window', async () => {
    const { memory } = await openApp({ people: 10_000 }, LIST);
    const table = await screen.findByRole('table');
    expect(table).toHaveAttribute('aria-rowcount', '10002');
    expect(await screen.findByText('10,001 件')).toBeVisible();
    await waitFor(() => expect(requestsOf(memory, 'supporters_page').length).toBeGreaterThan(1));
    expect(document.querySelectorAll('tr[aria-rowindex]').length).toBeLessThan(200);
  });

  test('typing searches in the program and shows how many were found', async () => {
    const { user, memory } = await openApp({ people: 40 }, LIST);
    await user.type(await screen.findByRole('searchbox'), '鎌倉やさしい');
    await waitFor(() => {
      const last = requestsOf(memory, 'supporters_page').at(-1);
      expect(last).toMatchObject({ text: '鎌倉やさしい', page: 0 });
    });
  });

  test('filters are sent as codes, and can be cleared', async () => {
    const { user, memory } = await openApp({ people: 40 }, LIST);
    await user.selectOptions(await screen.findByLabelText('区分'), '団体・法人');
    await waitFor(() =>
      expect(requestsOf(memory, 'supporters_page').at(-1)).toMatchObject({ ofKind: 'organization' }),
    );
    await user.click(screen.getByRole('button', { name: '条件を消す' }));
    await waitFor(() => expect(requestsOf(memory, 'supporters_page').at(-1)).toMatchObject({ ofKind: null }));
  });

  test('nobody found says so and offers the way back; an empty register offers the import', async () => {
    const { user } = await openApp({ people: 5 }, LIST);
    await user.type(await screen.findByRole('searchbox'), 'いない人');
    expect(await screen.findByRole('heading', { name: '見つかりませんでした' })).toBeVisible();
    await user.click(screen.getAllByRole('button', { name: '条件を消す' })[0] as HTMLElement);
    expect(await screen.findByRole('table')).toBeVisible();
  });

  test('an empty register offers the import', async () => {
    await openApp({ people: 0 }, LIST);
    expect(await screen.findByRole('heading', { name: 'まだ賛同者がいません' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'ファイルを取り込む' })).toHaveAttribute('href', '#/import');
  });

  test('a failure says what is safe and can be tried again', async () => {
    const memory = new MemoryTransport({ people: 5 });
    memory.failNext('supporters_page', { code: 'E-DISK', params: {}, fields: [] });
    const { user } = await openOver(memory, LIST);
    expect(await screen.findByRole('alert')).toHaveTextContent('これまでの記録は無事');
    await user.click(screen.getByRole('button', { name: 'もう一度試す' }));
    expect(await screen.findByRole('table')).toBeVisible();
  });

  test('the arrows move between rows, and one row is reached by Tab', async () => {
    const { user } = await openApp({ people: 8 }, LIST);
    const table = await screen.findByRole('table');
    const links = within(table).getAllByRole('link');
    expect(links.filter((link) => link.tabIndex === 0)).toHaveLength(1);
    links[0]?.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(links[2]).toHaveFocus());
    await user.keyboard('{End}');
    await waitFor(() => expect(links.at(-1)).toHaveFocus());
  });

  test('a change elsewhere is shown without reloading, and does not touch the search', async () => {
    const { user, memory } = await openApp({ people: 8 }, LIST);
    await user.type(await screen.findByRole('searchbox'), '神奈川県');
    const before = requestsOf(memory, 'supporters_page').length;
    memory.committee.changed('supporters');
    await waitFor(() => expect(requestsOf(memory, 'supporters_page').length).toBeGreaterThan(before));
    expect(screen.getByRole('searchbox')).toHaveValue('神奈川県');
  });
});

describe('one supporter', () => {
  test('names with markup and turning letters are shown as text', async () => {
    const memory = new MemoryTransport({ people: 2 });
    const name = '<img src=x onerror=alert(1)>\u202Eevil';
    const record = memory.committee.find(FIRST_ID);
    record.text = record.text.map((value) => (value.field === 'name' ? { ...value, value: name } : value));
    await openOver(memory, FIRST);
    const heading = await screen.findByText(
      (_text, element) => element?.tagName === 'BDI' && element.closest('h1') !== null,
    );
    expect(heading).toHaveTextContent('<img src=x onerror=alert(1)>');
    expect(document.querySelector('img')).toBeNull();
  });

  test('each purpose says whether it is allowed and why, and the ledger shows the very words', async () => {
    const { user } = await openApp({}, FIRST);
    expect(await screen.findByRole('row', { name: /賛同者としての登録 同意あり/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /写真・録画 尋ねていない/ })).toBeVisible();
    await user.click(screen.getByText(/同意の記録を見る/));
    expect(screen.getAllByText(/支援者の名簿の管理/)[0]).toBeInTheDocument();
  });

  test('a decision is recorded with its purpose, way and day', async () => {
    const { user, memory } = await openApp({}, FIRST);
    await user.click(await screen.findByRole('button', { name: '同意を記録する' }));
    const dialog = await screen.findByRole('dialog');
    await user.selectOptions(within(dialog).getByLabelText('利用目的'), '写真・録画');
    await user.click(within(dialog).getByRole('radio', { name: '不同意' }));
    await user.selectOptions(within(dialog).getByLabelText('受け取り方'), '電話');
    await user.click(within(dialog).getByRole('button', { name: '記録する' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(requestsOf(memory, 'consent_record')).toEqual([
      {
        id: FIRST_ID,
        purpose: 'P6',
        decision: 'refused',
        channel: 'phone',
        givenAt: null,
        reason: null,
        guardian: null,
      },
    ]);
    expect(await screen.findByRole('row', { name: /写真・録画 不同意/ })).toBeVisible();
  });

  test('withdrawing says what happens, what stays and how to return, and Esc leaves everything as it is', async () => {
    const { user, memory } = await openApp({}, FIRST);
    const ask = await screen.findByRole('button', { name: '退会の手続きをする' });
    await user.click(ask);
    const dialog = await screen.findByRole('dialog');
    for (const words of [/すべての同意が撤回/, /登録内容と同意の記録は残り/, /再び希望されたら/]) {
      expect(within(dialog).getByText(words)).toBeVisible();
    }
    await user.click(within(dialog).getByRole('button', { name: 'やめる' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(ask).toHaveFocus();
    expect(requestsOf(memory, 'supporter_withdraw')).toHaveLength(0);
  });

  test('erasing needs the words of a sheet and the tick, and leads back to the list', async () => {
    const { user, memory } = await openApp({}, FIRST);
    await user.click(await screen.findByRole('button', { name: '完全に消去する' }));
    const dialog = await screen.findByRole('dialog');
    const erase = within(dialog).getByRole('button', { name: '完全に消去する' });
    await user.click(erase);
    expect(requestsOf(memory, 'supporter_erase')).toHaveLength(0);

    await user.type(within(dialog).getByLabelText(/復旧シート1枚の言葉/), 'wrong words');
    await user.click(within(dialog).getByRole('checkbox'));
    await user.click(erase);
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('復旧シートの言葉が合わない');
    expect(within(dialog).getByLabelText(/復旧シート1枚の言葉/)).toHaveValue('');

    await user.type(within(dialog).getByLabelText(/復旧シート1枚の言葉/), 'basket of words');
    await user.click(erase);
    expect(await screen.findByText(/消去しました/)).toBeVisible();
    expect(location.hash).toBe('#/supporters');
    expect(memory.committee.supporters.has(FIRST_ID)).toBe(false);
  });

  test('a look-alike leads to both records side by side', async () => {
    const { user } = await openApp({}, FIRST);
    await user.click(await screen.findByRole('link', { name: '並べて見る' }));
    expect(await screen.findByRole('heading', { name: '二つの記録を並べて見る' })).toBeVisible();
    expect(location.hash).toBe(`#/duplicates/${FIRST_ID}/${LOOK_ALIKE_ID}`);
  });
});

describe('two records side by side', () => {
  const MERGE = { screen: 'merge', kept: FIRST_ID, absorbed: LOOK_ALIKE_ID } as const;

  test('they become one only after every differing field is chosen', async () => {
    const { user, memory } = await openApp({}, MERGE);
    const merge = await screen.findByRole('button', { name: '一つにする' });
    await user.click(merge);
    expect(requestsOf(memory, 'pair_merge')).toHaveLength(0);
    expect(screen.getByText('選んでいない項目：2')).toBeVisible();
    await user.click(screen.getByRole('radio', { name: '電話番号：090-0000-0001' }));
    await user.click(screen.getByRole('radio', { name: /町名・番地：桜山/ }));
    await user.click(merge);
    expect(await screen.findByText('一つにしました')).toBeVisible();
    expect(requestsOf(memory, 'pair_merge')).toEqual([
      {
        kept: FIRST_ID,
        absorbed: LOOK_ALIKE_ID,
        choices: [
          { field: 'tel', side: 'absorbed' },
          { field: 'street', side: 'kept' },
        ],
      },
    ]);
  });

  test('what one of the two refused stays closed, and it is said before merging', async () => {
    await openApp({}, MERGE);
    expect(await screen.findByText(/統合後も使えない利用目的/)).toBeVisible();
  });

  test('two different people are kept apart and not asked about again', async () => {
    const { user } = await openApp({}, MERGE);
    await user.click(await screen.findByRole('button', { name: '別の方として残す' }));
    expect(await screen.findByRole('heading', { name: '似た記録はありません' })).toBeVisible();
  });
});
