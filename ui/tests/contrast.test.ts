/** The contrast of every pair of colours that the screens put together, computed from the tokens (WCAG 2.2, 1.4.3 and 1.4.11). */
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

const TEXT = 4.5;
const SHAPE = 3;

const tokens = new Map(
  [
    ...readFileSync('src/styles/tokens.css', 'utf8').matchAll(
      /--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g,
    ),
  ].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
);

/** Text on its ground. */
const WORDS: readonly [string, string][] = [
  ...['canvas', 'surface', 'surface-sunken', 'selected'].map((ground): [string, string] => ['text', ground]),
  ...['canvas', 'surface', 'surface-sunken', 'selected'].map((ground): [string, string] => [
    'text-2',
    ground,
  ]),
  ['accent', 'surface'],
  ['accent', 'canvas'],
  ['accent', 'selected'],
  ['accent-hover', 'selected'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['link', 'canvas'],
  ['link', 'surface'],
  ['error-text', 'canvas'],
  ['error-text', 'surface'],
  ['error-text', 'error-ground'],
  ['success', 'success-ground'],
  ['success', 'surface'],
  ['success', 'selected'],
  ['success', 'surface-sunken'],
  ['warning', 'warning-ground'],
  ['warning', 'surface'],
  ['info', 'info-ground'],
  ['text-2', 'error-ground'],
  ['text-2', 'warning-ground'],
  ['text-2', 'info-ground'],
  ['text-2', 'success-ground'],
];

/** Edges of controls, and the marks of focus, beside what they stand on. */
const SHAPES: readonly [string, string][] = [
  ['border', 'canvas'],
  ['border', 'surface'],
  ['border', 'surface-sunken'],
  ['accent', 'surface'],
  ['accent', 'canvas'],
  ['error', 'surface'],
  ['error', 'canvas'],
  ['focus', 'canvas'],
  ['focus', 'surface'],
  ['focus', 'focus-ring'],
];

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(WORDS)('%s on %s can be read', (words, ground) => {
    expect(contrast(colour(words), colour(ground))).toBeGreaterThanOrEqual(TEXT);
  });

  test.each(SHAPES)('the edge %s can be seen on %s', (edge, ground) => {
    expect(contrast(colour(edge), colour(ground))).toBeGreaterThanOrEqual(SHAPE);
  });

  function colour(name: string): string {
    const found = tokens.get(name);
    if (!found) throw new Error(`no token ${name}`);
    return found[theme];
  }
});

test('the measure is that of WCAG: black on white is 21, a grey is what the standard says', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});
