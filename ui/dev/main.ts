/**
 * The screens over a committee of invented people, for looking at them. The address says how to begin:
 * `?stage=firstStart`, `?people=10000`, `?language=jaEasy`, `?theme=dark`, `?textSize=large`, `?empty`.
 */
import { mount } from 'svelte';

import '../src/styles/index.css';
import App from '../src/App.svelte';
import { useTransport } from '../src/lib/transport';
import { MemoryTransport } from './memory/transport';

const wishes = new URLSearchParams(location.search);
const memory = new MemoryTransport({
  people: wishes.has('empty') ? 0 : Number(wishes.get('people') ?? '400'),
  stage: (wishes.get('stage') ?? 'unlocked') as never,
  settings: {
    language: (wishes.get('language') ?? 'ja') as never,
    theme: (wishes.get('theme') ?? 'light') as never,
    textSize: (wishes.get('textSize') ?? 'medium') as never,
  },
});
const fails = wishes.get('fails');
if (fails) memory.failNext(fails as never, { code: wishes.get('code') ?? 'E-DISK', params: {}, fields: [] });
useTransport(memory);
const target = document.getElementById('app');
if (target) mount(App, { target });
