/** The whole app over an invented committee, as a test sees it. */
import { render, screen } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';

import { useTransport } from '$lib/transport';
import { hrefOf, type Route } from '$lib/router.svelte';

import { MemoryTransport, type MemoryOptions } from '../dev/memory/transport';
import { idOf } from '../dev/memory/people';
import App from '../src/App.svelte';

export const FIRST_ID = idOf(1);
export const LOOK_ALIKE_ID = idOf(900_001);

export interface Opened {
  memory: MemoryTransport;
  user: UserEvent;
}

/** Opens the app at a screen and waits for its title. */
export async function openApp(
  options: MemoryOptions = {},
  route: Route = { screen: 'home' },
): Promise<Opened> {
  const memory = new MemoryTransport({ people: 12, ...options });
  return openOver(memory, route);
}

export async function openOver(memory: MemoryTransport, route: Route = { screen: 'home' }): Promise<Opened> {
  useTransport(memory);
  location.hash = hrefOf(route);
  const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  render(App);
  await screen.findAllByRole('heading', { level: 1 });
  return { memory, user };
}

/** The requests of one command so far. */
export function requestsOf(memory: MemoryTransport, name: string): unknown[] {
  return memory.calls.filter((call) => call.name === name).map(({ request }) => request);
}
