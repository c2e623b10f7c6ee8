/** The transport of the app: commands and one channel of notices, over Tauri's IPC. No other module knows Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWindow } from '@tauri-apps/api/window';

import type { Notice } from './bindings';
import type { CommandName, Request, Response, Transport } from './transport';

export function tauriTransport(): Transport {
  return {
    window: getCurrentWindow().label === 'gate' ? 'gate' : 'main',
    call: <Name extends CommandName>(name: Name, request: Request<Name>) =>
      invoke<Response<Name>>(name, { request }),
    listen: async (hear) => {
      const channel = new Channel<Notice>();
      channel.onmessage = hear;
      await invoke('listen', { channel });
    },
  };
}
