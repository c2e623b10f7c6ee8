/** Where the program stands: first start, locked, or open; and the warning before it locks by itself. */
import type { Failure, GateState } from './bindings';
import { call } from './transport';

class Session {
  gate = $state.raw<GateState | null>(null);
  /** Seconds until the vault locks by itself, while that is announced. */
  lockInSeconds = $state<number | null>(null);

  get isOpen(): boolean {
    return this.gate?.stage === 'unlocked';
  }

  async refresh(): Promise<void> {
    this.gate = await call('gate_state', {});
  }

  /** Shows the gate at once, before the program has locked. */
  hide(): void {
    if (this.gate) this.gate = { ...this.gate, stage: 'locked', lockReason: 'panic' };
  }

  /** An answer that says the vault is locked leads to the gate, wherever one is. */
  heed(failure: Failure): void {
    if (failure.code === 'E-LOCKED' && this.isOpen) void this.refresh();
  }
}

export const session = new Session();
