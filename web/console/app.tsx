import { useQuery, useQueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { sessionQuery } from './api/session.ts';
import { Live } from './live/live.tsx';
import { createConsoleRouter } from './routes.tsx';
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
  const session = useQuery({ ...sessionQuery, enabled: ticket === undefined });
  const [router] = useState(createConsoleRouter);
  const isSignedIn = session.data !== undefined && session.data !== null;
  useEffect(() => {
    // What the last one saw is not for the next.
    if (session.data === null) queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/v1/session' });
  }, [queries, session.data]);
  if (isSignedIn) {
    return (
      <Live>
        <RouterProvider router={router} />
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
        <SignIn ticket={ticket} onTicketUsed={() => setTicket(undefined)} />
      </Suspense>
    );
  }
  return null;
}
