import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { MemoryTransport } from '../dev/memory/transport';
import { openApp, openOver, requestsOf } from './app';

const IMPORT = { screen: 'import' } as const;

describe('importing', () => {
  test('the check shows what would happen, a person decides about rows, and nothing is sent before', async () => {
    const { user, memory } = await openApp({}, IMPORT);
    await user.click(await screen.findByRole('button', { name: 'ファイルを選ぶ' }));
    expect(await screen.findByRole('row', { name: /新しい人 63/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /確認が必要 2/ })).toBeVisible();
    expect(await screen.findByText(/メールアドレスの @ が一つではありません/)).toBeVisible();
    const mended = screen.getByLabelText('メールアドレス');
    expect(mended).toHaveValue('midori@example.org');
    await user.click(screen.getAllByRole('button', { name: '新しい記録にする' })[0] as HTMLElement);
    await user.click(screen.getAllByRole('button', { name: '取り込まない' })[1] as HTMLElement);
    expect(screen.getByText('決めた行：2')).toBeVisible();
    expect(requestsOf(memory, 'import_run')).toHaveLength(0);

    await user.click(screen.getByRole('button', { name: '取り込む' }));
    expect(await screen.findByText('取り込みました')).toBeVisible();
    expect(requestsOf(memory, 'import_run')).toEqual([
      {
        token: 'file-1',
        decisions: [
          { line: 71, verdict: { kind: 'new', values: [{ field: 'email', value: 'midori@example.org' }] } },
          { line: 72, verdict: { kind: 'skip' } },
        ],
        updates: 'ask',
      },
    ]);
  });

  test('a possible duplicate is laid beside the record before it is decided about', async () => {
    const { user } = await openApp({}, IMPORT);
    await user.click(await screen.findByRole('button', { name: 'ファイルを選ぶ' }));
    await user.click(await screen.findByRole('button', { name: /見る（同じ方のようです）/ }));
    await user.click(await screen.findByRole('button', { name: '並べて見る' }));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByRole('columnheader', { name: 'いまの記録' })).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: '同じ方として更新する' }));
    expect(screen.getByText('決めた行：1')).toBeVisible();
  });

  test('columns that cannot be guessed are asked for, and what is not chosen is not stored', async () => {
    const memory = new MemoryTransport({ people: 12 });
    memory.imports.columnsUnknown = true;
    const { user } = await openOver(memory, IMPORT);
    await user.click(await screen.findByRole('button', { name: 'ファイルを選ぶ' }));
    expect(await screen.findByText('次の項目の列が見つかりません')).toBeVisible();
    await user.selectOptions(screen.getByLabelText('「お名前」の列を入れる項目'), '氏名');
    await user.click(screen.getByRole('button', { name: 'この列で読む' }));
    expect(await screen.findByRole('heading', { name: '取り込む前の確認' })).toBeVisible();
    const sent = requestsOf(memory, 'import_inspect').at(-1) as {
      columns: { heading: string; target: string | null }[];
    };
    expect(sent.columns).toContainEqual({ heading: 'お名前', target: 'name' });
    expect(sent.columns).toContainEqual({ heading: 'お好きな映画', target: null });
  });

  test('long work shows how far it is and can be stopped, with nothing imported', async () => {
    const { user, memory } = await openApp({}, IMPORT);
    await user.click(await screen.findByRole('button', { name: 'ファイルを選ぶ' }));
    await screen.findByRole('heading', { name: '取り込む前の確認' });
    const release = memory.hold('import_run');
    await user.click(screen.getByRole('button', { name: '取り込む' }));
    memory.say({ kind: 'importProgress', done: 20, total: 69 });
    expect(await screen.findByText(/69 行のうち 20 行/)).toBeVisible();
    expect(screen.getByRole('progressbar')).toHaveAttribute('value', '20');
    await user.click(screen.getByRole('button', { name: '取り込みをやめる' }));
    memory.failNext('import_run', { code: 'E-CANCELLED', params: {}, fields: [] });
    release();
    expect(await screen.findByRole('alert')).toHaveTextContent('何も保存していません');
    expect(screen.getByRole('heading', { name: '取り込む前の確認' })).toBeVisible();
  });

  test('a file that is not what it says is refused calmly, with the line if there is one', async () => {
    const memory = new MemoryTransport({ people: 12 });
    memory.failNext('import_inspect', { code: 'E-TABLE-QUOTE', params: { line: '17' }, fields: [] });
    const { user } = await openOver(memory, IMPORT);
    await user.click(await screen.findByRole('button', { name: 'ファイルを選ぶ' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('何も保存していません');
    expect(alert).toHaveTextContent('17 行目');
  });

  test('a file dropped on the window is read', async () => {
    const { memory } = await openApp({}, IMPORT);
    memory.say({ kind: 'fileDropped', file: { token: 'file-9', name: '名簿.xlsx' } });
    expect(await screen.findByRole('heading', { name: '取り込む前の確認' })).toBeVisible();
    expect(requestsOf(memory, 'import_inspect')[0]).toMatchObject({ token: 'file-9' });
  });

  test('a whole import is taken back after saying what goes and what stays', async () => {
    const { user, memory } = await openApp({}, IMPORT);
    await user.click(await screen.findByRole('button', { name: '取り消す' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/112 件が、名簿からなくなります/)).toBeVisible();
    expect(within(dialog).getByText(/人が直した記録は残ります/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: '取り込みを取り消す' }));
    expect(await screen.findByText(/取り消しました/)).toBeVisible();
    expect(memory.imports.done[0]?.undoneAt).not.toBeNull();
    expect(await screen.findByText(/に取り消し済み/)).toBeVisible();
  });
});

describe('exporting', () => {
  test('no file without a purpose; with one it is written and noted', async () => {
    const { user, memory } = await openApp({}, { screen: 'export' });
    const run = await screen.findByRole('button', { name: '保存場所を選んで書き出す' });
    await user.click(run);
    expect(requestsOf(memory, 'export')).toHaveLength(0);
    await user.type(screen.getByLabelText(/^目的/), '映画会の宛名');
    await user.click(run);
    expect(await screen.findByText('13 件を書き出しました')).toBeVisible();
    expect(requestsOf(memory, 'export')).toEqual([
      { ofKind: 'individual', withWithdrawn: false, format: 'xlsx', purpose: '映画会の宛名' },
    ]);
  });
});

describe('the audit log', () => {
  test('lines say when, who, what and about whom, and can be filtered by action', async () => {
    const { user, memory } = await openApp({}, { screen: 'audit' });
    expect((await screen.findAllByRole('row', { name: /石川 恵 閲覧/ })).length).toBe(3);
    await user.selectOptions(screen.getByLabelText('操作'), '消去');
    expect(await screen.findByRole('heading', { name: '記録はありません' })).toBeVisible();
    expect(requestsOf(memory, 'audit_page').at(-1)).toEqual({ actions: ['supporter_erased'], page: 0 });
  });
});

describe('settings', () => {
  test('language, size and colours take effect at once and are kept', async () => {
    const { user, memory } = await openApp({}, { screen: 'settings' });
    await user.click(await screen.findByRole('radio', { name: '大' }));
    await user.click(screen.getByRole('radio', { name: '暗い' }));
    expect(document.documentElement.dataset).toMatchObject({ textSize: 'large', theme: 'dark' });
    await user.selectOptions(screen.getAllByLabelText('画面の言語')[0] as HTMLElement, 'English');
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeVisible();
    expect(document.documentElement.lang).toBe('en');
    await waitFor(() =>
      expect(memory.gate.settings).toMatchObject({ language: 'en', textSize: 'large', theme: 'dark' }),
    );
  });

  test('the time of the automatic lock is chosen from those that exist', async () => {
    const { user, memory } = await openApp({}, { screen: 'settings' });
    await user.click(await screen.findByRole('radio', { name: '30 分' }));
    await waitFor(() => expect(memory.gate.settings.idleMinutes).toBe(30));
  });

  test('the vault is checked and the answer is read out', async () => {
    const { user } = await openApp({}, { screen: 'settings' });
    await user.click(await screen.findByRole('button', { name: '点検する' }));
    expect(await screen.findByText(/異常はありません/)).toBeVisible();
  });
});

describe('the shell', () => {
  test('no place of the navigation is dead', async () => {
    const { user } = await openApp();
    const links = within(screen.getByRole('navigation')).getAllByRole('link');
    for (const link of links) {
      await user.click(link);
      expect(await screen.findByRole('heading', { level: 1 })).toBeVisible();
      await waitFor(() => expect(link).toHaveAttribute('aria-current', 'page'));
      expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    }
  });

  test('the keys search, add, list themselves and lock', async () => {
    const { user } = await openApp();
    await user.keyboard('{Control>}k{/Control}');
    await waitFor(() => expect(screen.getByRole('searchbox')).toHaveFocus());
    await user.keyboard('{Control>}n{/Control}');
    expect(await screen.findByRole('heading', { name: '個人の登録' })).toBeVisible();
    await user.keyboard('{F1}');
    expect(await screen.findByRole('dialog')).toHaveAccessibleName('キー操作の一覧');
    await user.click(screen.getByRole('button', { name: '閉じる' }));
    await user.keyboard('{Control>}l{/Control}');
    expect(await screen.findByRole('heading', { name: '合言葉で開く' })).toBeVisible();
  });

  test('half a minute before locking it is said, and one press goes on', async () => {
    const { user, memory } = await openApp();
    memory.say({ kind: 'lockSoon', seconds: 30 });
    expect(await screen.findByRole('dialog')).toHaveAccessibleName('あと 30 秒で、自動でロックします');
    await user.click(screen.getByRole('button', { name: 'このまま続ける' }));
    expect(requestsOf(memory, 'stay_awake')).toHaveLength(1);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  test('an answer that says the vault is locked leads to the gate', async () => {
    const { user, memory } = await openApp();
    memory.failNext('supporters_page', { code: 'E-LOCKED', params: {}, fields: [] });
    memory.gate.state = { ...memory.gate.state, stage: 'locked' };
    await user.click(screen.getByRole('link', { name: '賛同者' }));
    expect(await screen.findByRole('heading', { name: '合言葉で開く' })).toBeVisible();
  });
});
