import { screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { PASSPHRASE } from '../dev/memory/gate';
import { openApp, requestsOf } from './app';

describe('unlocking', () => {
  test('the right passphrase opens the register', async () => {
    const { user } = await openApp({ stage: 'locked' });
    await user.type(screen.getByLabelText('合言葉'), PASSPHRASE);
    await user.click(screen.getByRole('button', { name: '開く' }));
    expect(await screen.findByRole('heading', { name: '今日' })).toBeVisible();
  });

  test('a wrong passphrase says what is safe, counts, waits, and leaves nothing in the field', async () => {
    const { user, memory } = await openApp({ stage: 'locked' });
    await user.type(screen.getByLabelText('合言葉'), 'not this');
    await user.click(screen.getByRole('button', { name: '開く' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('何も変わっていません');
    expect(await screen.findByText(/1 回、違う合言葉/)).toBeVisible();
    expect(screen.getByLabelText('合言葉')).toHaveValue('');
    await user.type(screen.getByLabelText('合言葉'), 'again');
    await user.click(screen.getByRole('button', { name: '開く' }));
    expect(requestsOf(memory, 'unlock')).toHaveLength(1);
  });

  test('an automatic lock says why it happened and that drafts are kept', async () => {
    const { memory } = await openApp();
    memory.lock('idle');
    expect(await screen.findByText(/しばらく操作がなかった/)).toBeVisible();
    expect(screen.getByText(/下書きに残っています/)).toBeVisible();
    expect(screen.queryByRole('navigation')).not.toBeInTheDocument();
  });

  test('the panic key shows a gate that says nothing of what happened', async () => {
    const { user } = await openApp();
    await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
    expect(await screen.findByRole('heading', { name: '合言葉で開く' })).toBeVisible();
    expect(screen.queryByText(/下書き/)).not.toBeInTheDocument();
  });

  test('the gate shows no name of the register', async () => {
    const { memory } = await openApp();
    memory.lock('asked');
    await screen.findByRole('heading', { name: '合言葉で開く' });
    expect(document.body).not.toHaveTextContent('石川');
    expect(document.title).toBe('共生');
  });
});

describe('the first start', () => {
  test('a committee counts only after words from the printed sheets are typed', async () => {
    const { user, memory } = await openApp({ stage: 'firstStart' });
    await user.click(screen.getByRole('button', { name: '新しい運営委員会をつくる' }));
    await user.type(screen.getByLabelText(/運営委員会の名前/), '見本の会');
    await user.type(screen.getByLabelText(/あなたの氏名/), '石川 恵');
    await user.type(screen.getByLabelText(/このパソコンの呼び名/), '事務局');
    await user.click(screen.getByRole('button', { name: '次へ進む' }));
    await user.type(await screen.findByLabelText('合言葉'), PASSPHRASE);
    await user.type(screen.getByLabelText('合言葉をもう一度'), PASSPHRASE);
    await user.click(screen.getByRole('button', { name: 'この合言葉に決める' }));

    expect(await screen.findAllByRole('article')).toHaveLength(3);
    const next = screen.getByRole('button', { name: '次へ進む' });
    expect(next).toHaveAttribute('aria-disabled', 'true');
    await user.click(screen.getByRole('checkbox', { name: /3枚とも/ }));
    await user.click(next);

    await user.type(screen.getByLabelText('シート 1 の 7 番の言葉'), 'wrong');
    await user.type(screen.getByLabelText('シート 3 の 21 番の言葉'), 'words');
    await user.click(screen.getByRole('button', { name: '委員会をつくる' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('復旧シートの言葉が合わない');

    await user.clear(screen.getByLabelText('シート 1 の 7 番の言葉'));
    await user.type(screen.getByLabelText('シート 1 の 7 番の言葉'), memory.gate.word(1, 7));
    await user.clear(screen.getByLabelText('シート 3 の 21 番の言葉'));
    await user.type(screen.getByLabelText('シート 3 の 21 番の言葉'), memory.gate.word(3, 21));
    await user.click(screen.getByRole('button', { name: '委員会をつくる' }));
    expect(await screen.findByRole('heading', { name: '今日' })).toBeVisible();
  });

  test('a passphrase that differs or is weak goes no further', async () => {
    const { user, memory } = await openApp({ stage: 'firstStart' });
    await user.click(screen.getByRole('button', { name: '新しい運営委員会をつくる' }));
    for (const name of [/運営委員会の名前/, /あなたの氏名/, /このパソコンの呼び名/]) {
      await user.type(screen.getByLabelText(name), 'x');
    }
    await user.click(screen.getByRole('button', { name: '次へ進む' }));
    await user.type(await screen.findByLabelText('合言葉'), 'short');
    await user.type(screen.getByLabelText('合言葉をもう一度'), 'other');
    await user.click(screen.getByRole('button', { name: 'この合言葉に決める' }));
    expect(await screen.findByText(/推測されやすい/)).toBeVisible();
    expect(screen.getByText(/二度の入力が違います/)).toBeVisible();
    expect(requestsOf(memory, 'create')).toHaveLength(0);
  });

  test('a start that was interrupted begins anew and says that nothing was left behind', async () => {
    const { user, memory } = await openApp({ stage: 'creating' });
    expect(screen.getByText(/作りかけのものは残っていません/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: '新しい運営委員会をつくる' }));
    expect(await screen.findByLabelText(/運営委員会の名前/)).toBeVisible();
    expect(memory.gate.state.stage).toBe('firstStart');
  });
});
