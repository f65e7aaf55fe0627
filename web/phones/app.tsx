import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tabs } from '@base-ui/react/tabs';
import { useCallback, useEffect, useState } from 'react';
import { AlertDialog } from '../ui/alert-dialog.tsx';
import { Phone } from './chat/phone.tsx';
import { DICTIONARIES, type Language, LanguageProvider, useWords } from './i18n.ts';
import { Bank } from './panels/bank.tsx';
import { Calls } from './panels/calls.tsx';
import { Faults } from './panels/faults.tsx';
import { useAddress } from './state/address.ts';
import { type LiveState, useLive } from './state/live.ts';
import { sandbox } from './state/sandbox.ts';

const NO_CHAT = { messages: [], keyboard: null, blocked: false, events: [] };

export function App() {
  const [language, setLanguage] = useState<Language>(() => (navigator.language.startsWith('id') ? 'id' : 'en'));
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `Lapak: ${DICTIONARIES[language].title}`;
  }, [language]);
  return (
    <CSPProvider disableStyleElements>
      <LanguageProvider value={language}>
        <Sandbox onLanguage={() => setLanguage(language === 'id' ? 'en' : 'id')} />
      </LanguageProvider>
    </CSPProvider>
  );
}

function Sandbox({ onLanguage }: { onLanguage(): void }) {
  const words = useWords();
  const [address, setAddress] = useAddress();
  const [alert, setAlert] = useState<string>();
  const { bot: botId, left, right } = address;
  const shown = [left, right].filter((id) => id !== undefined);
  const { state, connected } = useLive(botId, shown);
  const onError = useCallback((error: unknown) => setAlert(error instanceof Error ? error.message : String(error)), []);

  // Who comes without an address to go to sees the first bot, and the first two people.
  const bot = state?.bots.find(({ id }) => id === botId);
  const first = state?.bots[0]?.id;
  const people = state?.people ?? [];
  useEffect(() => {
    if (!bot && first !== undefined) setAddress({ bot: first });
  }, [bot, first, setAddress]);
  useEffect(() => {
    const known = (id: number | undefined) => people.some((person) => person.id === id);
    const others = people.filter(({ id }) => id !== left && id !== right);
    if (!known(left) && others[0]) setAddress({ left: others[0].id });
    else if (!known(right) && others[0]) setAddress({ right: others[0].id });
  }, [people, left, right, setAddress]);

  const choose = (side: 'left' | 'right') => async (id: number | undefined) => {
    if (id !== undefined) return setAddress({ [side]: id });
    const name = window.prompt(words.newPersonName)?.trim();
    if (name) setAddress({ [side]: (await sandbox.createUser(name)).id });
  };
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b bg-surface px-3 py-2">
        <h1 className="font-semibold">Lapak · {words.title}</h1>
        {state && state.bots.length > 1 && (
          <select
            className="rounded-lg border border-line bg-surface px-2 py-1 text-sm"
            aria-label={words.bot}
            value={botId}
            onChange={({ target }) => setAddress({ bot: Number(target.value) })}
          >
            {state.bots.map(({ id, name, username }) => (
              <option key={id} value={id}>
                {name} (@{username})
              </option>
            ))}
          </select>
        )}
        {!connected && (
          <p role="status" className="text-sm text-warn">
            {words.connecting}
          </p>
        )}
        <button type="button" className="ml-auto text-muted text-sm underline" onClick={onLanguage}>
          {words.language}
        </button>
      </header>
      {state && bot ? (
        <Screens
          state={state}
          bot={bot}
          left={left}
          right={right}
          choose={choose}
          onError={onError}
          onAlert={setAlert}
        />
      ) : (
        <main className="m-auto max-w-96 p-6 text-center text-muted">{state ? words.noBots : '…'}</main>
      )}
      <AlertDialog
        open={alert !== undefined}
        title={alert ?? ''}
        actions={[{ label: words.ok, run: () => {} }]}
        onClose={() => setAlert(undefined)}
      />
    </div>
  );
}

type ScreensProps = {
  state: LiveState;
  bot: LiveState['bots'][number];
  left: number | undefined;
  right: number | undefined;
  choose(side: 'left' | 'right'): (id: number | undefined) => Promise<void>;
  onError(error: unknown): void;
  onAlert(text: string): void;
};

/** On a desk everything side by side; on a phone one thing at a time, with tabs. */
function Screens({ state, bot, left, right, choose, onError, onAlert }: ScreensProps) {
  const words = useWords();
  const isWide = useWide();
  const people = state.people;
  const phone = (side: 'left' | 'right') => {
    const id = side === 'left' ? left : right;
    const person = people.find((one) => one.id === id);
    if (!person) return null;
    const label = side === 'left' ? words.customer : words.seller;
    const onPerson = (next: number | undefined) => void choose(side)(next).catch(onError);
    const chat = state.chats.get(person.id) ?? NO_CHAT;
    return <Phone key={`${side} ${person.id}`} {...{ label, bot, person, people, chat, onPerson, onError, onAlert }} />;
  };
  const bank = <Bank payments={state.payments} at={state.at} onError={onError} />;
  const calls = <Calls calls={state.calls} payments={state.payments} />;
  const faults = <Faults faults={state.faults} at={state.at} onError={onError} />;
  const panels = [
    ['bank', words.bank, bank],
    ['faults', words.faults, faults],
  ] as const;
  if (isWide) {
    return (
      <main className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(20rem,24rem)] gap-3 p-3">
        {phone('left')}
        {phone('right')}
        <div className="grid min-h-0 grid-rows-2 gap-3">
          <Panels panels={panels} first="bank" />
          <section className="flex min-h-0 flex-col gap-1" aria-label={words.calls}>
            <h2 className="font-semibold text-sm">{words.calls}</h2>
            {calls}
          </section>
        </div>
      </main>
    );
  }
  const all = [['left', words.customer, phone('left')], ['right', words.seller, phone('right')], ...panels] as const;
  return (
    <main className="min-h-0 flex-1 p-2">
      <Panels panels={all} first="left" />
    </main>
  );
}

type Panel = readonly [name: string, label: string, content: React.ReactNode];

function Panels({ panels, first }: { panels: readonly Panel[]; first: string }) {
  return (
    <Tabs.Root defaultValue={first} className="flex h-full min-h-0 flex-col gap-2">
      <Tabs.List className="flex gap-1 overflow-x-auto">
        {panels.map(([name, label]) => (
          <Tabs.Tab
            key={name}
            value={name}
            className="whitespace-nowrap rounded-lg px-2.5 py-1.5 text-sm data-[active]:bg-accent data-[active]:text-on-accent"
          >
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {panels.map(([name, , content]) => (
        <Tabs.Panel key={name} value={name} className="min-h-0 flex-1 overflow-y-auto">
          {content}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}

const WIDE = '(min-width: 64rem)';

function useWide(): boolean {
  const [wide, setWide] = useState(() => window.matchMedia(WIDE).matches);
  useEffect(() => {
    const query = window.matchMedia(WIDE);
    const look = () => setWide(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return wide;
}
