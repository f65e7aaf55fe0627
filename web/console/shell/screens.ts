import { useQuery } from '@tanstack/react-query';
import type { KeyScope } from '../../../control-plane/api/contract/index.ts';
import { read } from '../api/query.ts';
import { useScope } from '../api/session.ts';
import type { IconName } from '../ui/icon.tsx';

/** Screens that the navigation, the palette and the keys lead to. `key` is typed after `g`; `word` is one of COMMON. */
export const SCREENS = [
  { to: '/', word: 'home', icon: 'home', key: 'h', scope: 'viewer' },
  { to: '/fleet', word: 'fleet', icon: 'store', key: 'f', scope: 'viewer' },
  { to: '/rollouts', word: 'rollouts', icon: 'waves', key: 'r', scope: 'viewer' },
  { to: '/operations', word: 'operations', icon: 'gear', key: 'o', scope: 'viewer' },
  { to: '/health', word: 'health', icon: 'line', key: 'e', scope: 'viewer' },
  { to: '/incidents', word: 'incidents', icon: 'bell', key: 'i', scope: 'operator' },
  { to: '/backups', word: 'backups', icon: 'box', key: 'b', scope: 'viewer' },
  { to: '/rent', word: 'rent', icon: 'calendar', key: 't', scope: 'viewer' },
  { to: '/shards', word: 'shards', icon: 'shard', key: 's', scope: 'viewer' },
  { to: '/audit', word: 'audit', icon: 'book', key: 'a', scope: 'admin' },
  { to: '/keys', word: 'keys', icon: 'key', key: 'k', scope: 'admin' },
  { to: '/open', word: 'open', icon: 'plus', key: 'n', scope: 'operator' },
] as const satisfies { to: string; word: string; icon: IconName; key: string; scope: KeyScope }[];

/** Those of the scope; shards only where there are some. */
export function useScreens(): (typeof SCREENS)[number][] {
  const may = useScope();
  const { data: summary } = useQuery(read('/v1/summary', {}));
  const hasShards = (summary?.shards.total ?? 0) > 0;
  return SCREENS.filter(({ to, scope }) => may(scope) && (to !== '/shards' || hasShards));
}
