import type { KeyScope } from '../../../control-plane/api/contract/index.ts';
import type { IconName } from '../ui/icon.tsx';

/** Screens that the navigation, the palette and the keys lead to. `key` is typed after `g`; `word` is one of COMMON. */
export const SCREENS = [
  { to: '/', word: 'home', icon: 'home', key: 'h', scope: 'viewer' },
  { to: '/fleet', word: 'fleet', icon: 'store', key: 'f', scope: 'viewer' },
  { to: '/operations', word: 'operations', icon: 'gear', key: 'o', scope: 'viewer' },
  { to: '/health', word: 'health', icon: 'line', key: 'e', scope: 'viewer' },
] as const satisfies { to: string; word: string; icon: IconName; key: string; scope: KeyScope }[];
