import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { read } from '../api/query.ts';
import { Link } from '../router/link.tsx';
import { CurrentScreen } from '../router/screen.tsx';
import { Icon } from '../ui/icon.tsx';
import { Button } from '../ui/parts.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Account } from './account.tsx';
import { ConnectionState } from './connection.tsx';
import { Overlays } from './overlays.tsx';
import { useScreens } from './screens.ts';

/** What stands around every screen: the navigation at the side, on a phone behind a button at the top. */
export function Layout() {
  const words = useWords(COMMON);
  const [isOpen, setOpen] = useState(false);
  const [pathname] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever has gone somewhere is done with the menu
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[200px_minmax(0,1fr)]">
      <a
        href="#content"
        className="-translate-y-20 fixed top-2 left-2 z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        {words.skip}
      </a>
      <header className="sticky top-0 z-30 flex flex-col border-line border-b bg-surface md:h-dvh md:border-r md:border-b-0">
        <div className="flex min-h-12 flex-wrap items-center gap-x-3 px-4 md:py-2">
          <Link to="/" className="font-semibold">
            Lapak
          </Link>
          <ConnectionState />
          <Button
            look="quiet"
            className="-mr-3 ml-auto md:hidden"
            aria-expanded={isOpen}
            aria-controls="menu"
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'cross' : 'menu'} /> {words.menu}
          </Button>
        </div>
        <div id="menu" className={`${isOpen ? 'flex' : 'hidden'} min-h-0 flex-1 flex-col overflow-y-auto md:flex`}>
          <Navigation pathname={pathname} />
          <Account />
        </div>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 p-4 outline-none md:px-6">
        <CurrentScreen />
      </main>
      <Overlays />
    </div>
  );
}

function Navigation({ pathname }: { pathname: string }) {
  const words = useWords(COMMON);
  const screens = useScreens();
  const { data: summary } = useQuery(read('/v1/summary', {}));
  const counts: Partial<Record<string, number>> = {
    incidents: summary?.incidents?.open,
    rollouts: summary?.rollouts.active,
    operations: summary?.operations.active,
  };
  const isAt = (to: string) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`));
  return (
    <nav aria-label={words.navigation} className="flex flex-col gap-0.5 p-2">
      {screens.map(({ to, word, icon }) => (
        <Link
          key={to}
          to={to}
          aria-current={isAt(to) ? 'page' : undefined}
          className="flex min-h-8 items-center gap-2 rounded-md px-2 py-1 hover:bg-raised aria-[current=page]:bg-raised aria-[current=page]:font-semibold"
        >
          <Icon name={icon} />
          {words[word]}
          {(counts[word] ?? 0) > 0 && <span className="ml-auto text-muted">{counts[word]}</span>}
        </Link>
      ))}
    </nav>
  );
}
