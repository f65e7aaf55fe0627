import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useRef } from 'react';
import { useAction } from '../api/query.ts';
import { sessionQuery } from '../api/session.ts';
import { Button } from '../ui/parts.tsx';
import { ProblemView } from '../ui/problem.tsx';
import { dictionary, useWords } from '../words/language.ts';
import { LanguageSwitch } from './language-switch.tsx';

const WORDS = dictionary(
  {
    title: 'Sign in to Lapak',
    apiKey: 'API key',
    signIn: 'Sign in',
    signingIn: 'Signing in …',
    help: 'A link that signs in by itself comes from',
    orBot: 'or from the owner bot with',
    linkUsed: 'A sign-in link is good once, and for a minute. Ask for another, or sign in with a key.',
  },
  {
    title: 'Masuk ke Lapak',
    apiKey: 'Kunci API',
    signIn: 'Masuk',
    signingIn: 'Sedang masuk …',
    help: 'Tautan yang langsung masuk diberikan oleh',
    orBot: 'atau oleh bot pemilik dengan',
    linkUsed: 'Tautan masuk berlaku sekali, selama satu menit. Minta yang baru, atau masuk dengan kunci.',
  },
);

type SignInProps = { ticket: string | undefined; onTicketUsed(): void };

/** Signs in by the ticket if there is one, else asks for a key. */
export function SignIn({ ticket, onTicketUsed }: SignInProps) {
  const words = useWords(WORDS);
  const queries = useQueryClient();
  const sent = useRef(false);
  const signIn = useAction('POST', '/v1/session', {
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
  });
  const { mutate } = signIn;
  useEffect(() => {
    document.title = `${words.title}`;
    if (ticket === undefined || sent.current) return;
    sent.current = true;
    mutate({ body: { ticket } }, { onSettled: onTicketUsed });
  }, [ticket, mutate, onTicketUsed, words]);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const apiKey = String(new FormData(event.currentTarget).get('apiKey') ?? '').trim();
    if (apiKey !== '') mutate({ body: { apiKey } });
  };
  const isByLink = signIn.variables !== undefined && 'ticket' in (signIn.variables.body ?? {});
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-4 p-4">
      <h1>{words.title}</h1>
      {signIn.error && <ProblemView error={signIn.error} />}
      {signIn.error && isByLink && <p>{words.linkUsed}</p>}
      <form className="panel flex flex-col gap-3 p-4" onSubmit={submit}>
        <label className="flex flex-col gap-1 font-medium">
          {words.apiKey}
          <input
            name="apiKey"
            type="password"
            autoComplete="current-password"
            required
            maxLength={200}
            className="field font-mono font-normal"
          />
        </label>
        <Button look="main" type="submit" disabled={signIn.isPending}>
          {signIn.isPending ? words.signingIn : words.signIn}
        </Button>
      </form>
      <p className="text-muted">
        {words.help} <code className="font-mono">npx lapak console</code> {words.orBot}{' '}
        <code className="font-mono">/console</code>.
      </p>
      <div>
        <LanguageSwitch />
      </div>
    </main>
  );
}
