/**
 * The one way to the program: commands of the contract, and what the program says unasked.
 *
 * The app carries them over Tauri (`tauri.ts`); development and tests over an invented committee in memory (`dev/`).
 * Whoever starts the screens hands one over with `useTransport`, once.
 */
import type { Commands, Notice } from './bindings';

export type CommandName = keyof Commands;
export type Request<Name extends CommandName> = Commands[Name]['request'];
export type Response<Name extends CommandName> = Commands[Name]['response'];

export interface Transport {
  /** Which window this is: the gate shows nothing of the register, the main window nothing of the gate. */
  readonly window: 'gate' | 'main' | 'both';
  /** Does a command; rejects with a `Failure`. */
  call<Name extends CommandName>(name: Name, request: Request<Name>): Promise<Response<Name>>;
  /** Hears notices until the window is closed. */
  listen(hear: (notice: Notice) => void): Promise<void>;
}

let transport: Transport | null = null;

export function useTransport(chosen: Transport): void {
  transport = chosen;
}

export function currentWindow(): Transport['window'] {
  return chosenTransport().window;
}

export function call<Name extends CommandName>(name: Name, request: Request<Name>): Promise<Response<Name>> {
  return chosenTransport().call(name, request);
}

export function listen(hear: (notice: Notice) => void): Promise<void> {
  return chosenTransport().listen(hear);
}

function chosenTransport(): Transport {
  if (transport === null) throw new Error('no transport was chosen');
  return transport;
}
