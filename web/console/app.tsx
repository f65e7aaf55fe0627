import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Router } from 'wouter';
import { sessionQuery } from './api/session.ts';
import { Live } from './live/live.tsx';
import { BASE } from './paths.ts';
import { createLoading, ScreenLoading } from './router/loading.ts';
import { Boundary } from './router/screen.tsx';
import { newEntryState } from './router/scroll.ts';
import { ROUTES } from './routes.ts';
import { Layout } from './shell/layout.tsx';
import { ProblemView } from './ui/problem.tsx';

const SignIn = lazy(async () => ({ default: (await import('./shell/sign-in.tsx')).SignIn }));

/** The ticket of a sign-in link (`#ticket=…`). It is taken out of the address, so that no history keeps it. */
function takeTicket(): string | undefined {
  const ticket = new URLSearchParams(window.location.hash.slice(1)).get('ticket');
  if (ticket === null) return undefined;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return ticket;
}

/** The sign-in screen, or the console for whoever is signed in; at the same address, so that a link leads where it says. */
export function App() {
  const queries = useQueryClient();
  const [ticket, setTicket] = useState(takeTicket);
  const [isTicketUsed, setTicketUsed] = useState(false);
  const [loading] = useState(() => createLoading(ROUTES));
  const session = useQuery({ ...sessionQuery, enabled: ticket === undefined || isTicketUsed });
  const isSignedIn = session.data !== undefined && session.data !== null;
  useEffect(() => {
    // What the last one saw is not for the next.
    if (session.data === null) queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/v1/session' });
  }, [queries, session.data]);
  useEffect(() => {
    // Whoever signs out is not to be signed in by it again.
    if (isSignedIn) setTicket(undefined);
  }, [isSignedIn]);
  if (isSignedIn) {
    return (
      <Live>
        <Router base={BASE} aroundNav={(navigate, to, options) => navigate(to, { ...options, state: newEntryState() })}>
          <ScreenLoading value={loading}>
            <Boundary>
              <Layout />
            </Boundary>
          </ScreenLoading>
        </Router>
      </Live>
    );
  }
  if (session.error) {
    return (
      <main className="mx-auto max-w-md p-4">
        <ProblemView error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data === null || ticket !== undefined) {
    return (
      <Suspense>
        <SignIn ticket={ticket} onTicketUsed={() => setTicketUsed(true)} />
      </Suspense>
    );
  }
  return null;
}
