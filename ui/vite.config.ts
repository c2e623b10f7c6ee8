import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { catalogues } from './scripts/catalogues.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Two programs come from these sources: the app, which talks to Rust, and (`--mode memory`) the same screens over a
 * committee of invented people, for looking at them in a browser. Only the first is ever shipped.
 */
export default defineConfig(({ mode }) => ({
  root: mode === 'memory' ? here('./dev') : here('.'),
  plugins: [catalogues(), svelte({ configFile: here('./svelte.config.js') })],
  resolve: {
    alias: { $lib: here('./src/lib'), $screens: here('./src/screens') },
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  clearScreen: false,
  server: { host: '127.0.0.1', port: 1420, strictPort: true, fs: { allow: [here('.')] } },
  build: {
    target: 'safari16.4',
    outDir: mode === 'memory' ? here('./dist-memory') : here('./dist'),
    emptyOutDir: true,
    // The content policy forbids data: fonts and inline styles, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    root: here('.'),
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    restoreMocks: true,
    // A busy machine is slow, not wrong.
    testTimeout: 60_000,
  },
}));
