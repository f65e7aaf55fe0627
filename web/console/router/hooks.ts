import { createContext, useContext, useMemo } from 'react';
import { useLocation } from 'wouter';
import { addressOf, searchText, type Target } from './address.ts';

/** What the address says, as the screen that is shown knows it. */
export type Entry = {
  path: string;
  params: Readonly<Record<string, string>>;
  search: Readonly<Record<string, string>>;
};

export const CurrentEntry = createContext<Entry>({ path: '/', params: {}, search: {} });

/** Part of the path: `store` of `/stores/:store`. */
export function useParam(name: 'store' | 'id'): string {
  const value = useContext(CurrentEntry).params[name];
  if (value === undefined) throw new Error(`the path of this screen has no :${name}`);
  return value;
}

type Go = { replace?: boolean };

/** Goes to a screen. */
export function useNavigate(): (target: Target, options?: Go) => void {
  const [, navigate] = useLocation();
  return useMemo(() => (target, options) => navigate(addressOf(target), options), [navigate]);
}

/**
 * What stands behind the `?`, as the screen's own function reads it, and how to change it. `replace` leaves no entry in
 * the history: for what is still being typed.
 */
export function useSearch<S extends object>(
  parse: (search: Readonly<Record<string, unknown>>) => S,
): [S, (next: S | ((before: S) => S), options?: Go) => void] {
  const { path, search } = useContext(CurrentEntry);
  const [, navigate] = useLocation();
  const parsed = useMemo(() => parse(search), [parse, search]);
  const change = useMemo(
    () => (next: S | ((before: S) => S), options?: Go) => {
      // Of now, not of the last render: two changes may come before one.
      const before = () => parse(Object.fromEntries(new URLSearchParams(window.location.search)));
      navigate(path + searchText(typeof next === 'function' ? next(before()) : next), options);
    },
    [parse, path, navigate],
  );
  return [parsed, change];
}
