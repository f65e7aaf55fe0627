import { type ComponentType, createContext } from 'react';
import { BASE, type RoutePath } from '../paths.ts';
import { matchOf } from './address.ts';

/** Loads the component of each screen. */
export type Routes = Readonly<Record<RoutePath, () => Promise<ComponentType>>>;

export type Loading = {
  /** The component of a screen. A failure stays until it is forgotten, so that it can be shown. */
  screenOf(route: RoutePath): Promise<ComponentType>;
  /** For the next try. */
  forget(route: RoutePath): void;
  /** Loads what an address leads to before somebody goes there. Whether that fails, whoever goes there sees. */
  preload(address: string): void;
};

export function createLoading(routes: Routes): Loading {
  const screens = new Map<RoutePath, Promise<ComponentType>>();

  async function load(route: RoutePath): Promise<ComponentType> {
    try {
      return await routes[route]();
    } catch (error) {
      if (window.history.state?.isReloaded || !(await isServed())) throw error;
      // The server answers and has no such file: it is a newer one than this page.
      window.history.replaceState({ ...window.history.state, isReloaded: true }, '');
      window.location.reload();
      return new Promise(() => {});
    }
  }

  const forget = (route: RoutePath): void => {
    screens.delete(route);
  };

  return {
    forget,
    screenOf(route) {
      const loading = screens.get(route) ?? load(route);
      screens.set(route, loading);
      return loading;
    },
    preload(address) {
      const { route } = matchOf(address.split('?')[0] ?? '');
      if (!route || screens.has(route)) return;
      const loading = routes[route]();
      screens.set(route, loading);
      loading.catch(() => forget(route));
    },
  };
}

const isServed = async (): Promise<boolean> => {
  const answer = await fetch(`${BASE}/`, { cache: 'no-store' }).catch(() => undefined);
  return answer?.ok ?? false;
};

/** How the screens of this page are loaded. */
export const ScreenLoading = createContext<Loading>({
  screenOf: () => Promise.reject(new Error('no screens were given')),
  forget() {},
  preload() {},
});
