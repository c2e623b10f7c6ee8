/** The adapter to Tauri: names and shapes as the shell expects them. */
import { clearMocks, mockIPC, mockWindows } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { tauriTransport } from '$lib/tauri';

afterEach(() => clearMocks());

describe('the transport over Tauri', () => {
  test.each([
    ['gate', 'gate'],
    ['main', 'main'],
  ] as const)('the window labelled %s is known as %s', (label, expected) => {
    mockWindows(label);
    expect(tauriTransport().window).toBe(expected);
  });

  test('a command goes under its own name with one argument called request', async () => {
    const heard = vi.fn((_command: string, _payload: unknown) => ({ passphrase: 'six words', kana: null }));
    mockWindows('gate');
    mockIPC(heard);
    const answer = await tauriTransport().call('passphrase_propose', { list: 'japanese' });
    expect(heard.mock.calls[0]).toEqual(['passphrase_propose', { request: { list: 'japanese' } }]);
    expect(answer.passphrase).toBe('six words');
  });

  test('a failure comes through as it is', async () => {
    const failure = { code: 'E-LOCKED', params: {}, fields: [] };
    mockWindows('main');
    mockIPC(() => {
      throw failure;
    });
    await expect(tauriTransport().call('home', {})).rejects.toEqual(failure);
  });

  test('notices are heard over one channel, asked for once', async () => {
    const heard = vi.fn((_command: string, _payload: unknown) => null);
    mockWindows('main');
    mockIPC(heard);
    await tauriTransport().listen(() => undefined);
    expect(heard).toHaveBeenCalledOnce();
    expect(heard.mock.calls[0]?.[0]).toBe('listen');
    expect(heard.mock.calls[0]?.[1]).toHaveProperty('channel');
  });
});
