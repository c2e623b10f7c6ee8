import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';

import { guardComposition } from '$lib/ime';

import { openApp, requestsOf } from './app';

const PROCESSING = 229;

describe('keys of an input method', () => {
  test.each([
    ['while composing', { isComposing: true }],
    ['on the Enter that ends a composition in WebKit', { keyCode: PROCESSING }],
  ])('Enter %s reaches no handler and submits nothing', (_when, init) => {
    const heard = vi.fn();
    const input = document.createElement('input');
    document.body.append(input);
    input.addEventListener('keydown', heard);
    const remove = guardComposition(window);
    const went = fireEvent.keyDown(input, { key: 'Enter', ...init });
    expect(heard).not.toHaveBeenCalled();
    expect(went).resolves.toBe(false);
    remove();
    input.remove();
  });

  test('an ordinary Enter goes through', () => {
    const heard = vi.fn();
    const input = document.createElement('input');
    document.body.append(input);
    input.addEventListener('keydown', heard);
    const remove = guardComposition(window);
    void fireEvent.keyDown(input, { key: 'Enter' });
    expect(heard).toHaveBeenCalledOnce();
    remove();
    input.remove();
  });

  test('the app guards every place: Enter while composing does not unlock', async () => {
    const { user, memory } = await openApp({ stage: 'locked' });
    const place = screen.getByLabelText('合言葉');
    await user.type(place, 'umi');
    const wentOn = await fireEvent.keyDown(place, { key: 'Enter', keyCode: PROCESSING });
    expect(wentOn).toBe(false);
    expect(requestsOf(memory, 'unlock')).toHaveLength(0);
  });
});
