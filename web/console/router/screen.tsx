import {
  Component,
  type ReactNode,
  Suspense,
  use,
  useContext,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import { useLocationProperty } from 'wouter/use-browser-location';
import { BASE, type RoutePath } from '../paths.ts';
import { BrokenScreen, NoSuchScreen } from '../shell/broken.tsx';
import { Skeleton } from '../ui/parts.tsx';
import { matchOf } from './address.ts';
import { CurrentEntry } from './hooks.ts';
import { ScreenLoading } from './loading.ts';
import { entryKey, useScrollRestoration } from './scroll.ts';

/** The screen that the address leads to. While its chunk is on its way, the one before stays. */
export function CurrentScreen() {
  const { forget } = useContext(ScreenLoading);
  const pathname = useLocationProperty(() => window.location.pathname);
  const query = useLocationProperty(() => window.location.search);
  const key = useLocationProperty(entryKey);
  const next = useMemo(() => {
    const path = pathname.slice(BASE.length) || '/';
    return { path, ...matchOf(path), search: Object.fromEntries(new URLSearchParams(query)), key };
  }, [pathname, query, key]);
  const before = useDeferredValue(next);
  const entry = next.route === before.route ? next : before;
  useScrollRestoration(entry.key);
  useFocus(entry.path);
  return (
    <CurrentEntry value={entry}>
      <Suspense fallback={<Skeleton />}>
        <Boundary key={entry.path} onReset={() => entry.route && forget(entry.route)}>
          {entry.route ? <Loaded route={entry.route} /> : <NoSuchScreen />}
        </Boundary>
      </Suspense>
    </CurrentEntry>
  );
}

function Loaded({ route }: { route: RoutePath }) {
  const { screenOf } = useContext(ScreenLoading);
  const Screen = use(screenOf(route));
  return <Screen />;
}

/** Whoever followed a link that went with its screen goes on at the beginning of the next one. */
function useFocus(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
}

type BoundaryProps = { children: ReactNode; onReset?: () => void };

/** Shows what a screen threw in its place. */
export class Boundary extends Component<BoundaryProps, { error?: unknown; isBroken: boolean }> {
  override state: { error?: unknown; isBroken: boolean } = { isBroken: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, isBroken: true };
  }

  #reset = () => {
    this.props.onReset?.();
    this.setState({ error: undefined, isBroken: false });
  };

  override render() {
    return this.state.isBroken ? <BrokenScreen error={this.state.error} onReset={this.#reset} /> : this.props.children;
  }
}
