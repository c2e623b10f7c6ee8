/** The places of the navigation, in its order. A screen whose use case does not exist has no line here. */
import type { Component } from 'svelte';

import BookUser from '@lucide/svelte/icons/book-user';
import FileDown from '@lucide/svelte/icons/file-down';
import FileUp from '@lucide/svelte/icons/file-up';
import History from '@lucide/svelte/icons/history';
import House from '@lucide/svelte/icons/house';
import Info from '@lucide/svelte/icons/info';
import Laptop from '@lucide/svelte/icons/laptop';
import Settings from '@lucide/svelte/icons/settings';
import UsersRound from '@lucide/svelte/icons/users-round';

import type { MessageId } from '$lib/i18n/message-ids';
import type { Route, ScreenName } from '$lib/router.svelte';

export interface Place {
  to: Route;
  name: MessageId;
  icon: Component<{ size?: number | string; 'aria-hidden'?: 'true' }>;
  /** Screens that belong to this place. */
  holds: readonly ScreenName[];
}

export const PLACES: readonly Place[] = [
  { to: { screen: 'home' }, name: 'nav-home', icon: House, holds: ['home'] },
  {
    to: { screen: 'supporters', id: null },
    name: 'nav-supporters',
    icon: BookUser,
    holds: ['supporters', 'supporter-edit', 'supporter-new'],
  },
  { to: { screen: 'duplicates' }, name: 'nav-duplicates', icon: UsersRound, holds: ['duplicates', 'merge'] },
  { to: { screen: 'import' }, name: 'nav-import', icon: FileDown, holds: ['import'] },
  { to: { screen: 'export' }, name: 'nav-export', icon: FileUp, holds: ['export'] },
  { to: { screen: 'audit' }, name: 'nav-audit', icon: History, holds: ['audit'] },
  { to: { screen: 'committee' }, name: 'nav-committee', icon: Laptop, holds: ['committee'] },
  { to: { screen: 'settings' }, name: 'nav-settings', icon: Settings, holds: ['settings'] },
  { to: { screen: 'about' }, name: 'nav-about', icon: Info, holds: ['about'] },
];
