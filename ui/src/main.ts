/** The app: the screens over Tauri. */
import { mount } from 'svelte';

import './styles/index.css';
import { tauriTransport } from '$lib/tauri';
import { useTransport } from '$lib/transport';

import App from './App.svelte';

const target = document.getElementById('app');
if (target) {
  useTransport(tauriTransport());
  mount(App, { target });
}
