import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useState } from 'react';
import { read } from '../api/query.ts';
import { useNavigate } from '../router/hooks.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { COMMON } from '../words/common.ts';
import { dictionary, setLanguage, useLanguage, useWords } from '../words/language.ts';
import type { State } from '../words/states.ts';
import { useShownActions } from './screen-actions.ts';
import { useScreens } from './screens.ts';

const WORDS = dictionary(
  {
    title: 'Go to',
    label: 'Store, screen or action',
    none: 'Nothing has this in its name.',
    all: (q: string) => `All stores with “${q}”`,
  },
  {
    title: 'Pergi ke',
    label: 'Toko, layar, atau tindakan',
    none: 'Tidak ada yang namanya memuat ini.',
    all: (q: string) => `Semua toko dengan “${q}”`,
  },
);

type Entry = { id: string; label: string; icon: IconName; hint?: string; state?: State; run(): void };

/** Ctrl-K: stores, screens and what can be done on this one, by a part of their names. */
export function Palette({ onClose }: { onClose(): void }) {
  const words = useWords(WORDS);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(typed.trim());
  const current = Math.min(at, entries.length - 1);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setAt((current + step + entries.length) % entries.length);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      run(entries[current]);
    }
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-entries"
        aria-activedescendant={entries[current] && `palette-${entries[current].id}`}
        aria-label={words.label}
        placeholder={words.label}
        className="field"
        maxLength={64}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div id="palette-entries" role="listbox" aria-label={words.title} className="mt-2 flex flex-col">
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={entry.id}
            id={`palette-${entry.id}`}
            role="option"
            aria-selected={index === current}
            ref={(node) => {
              if (index === current) node?.scrollIntoView({ block: 'nearest' });
            }}
            className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 hover:bg-raised aria-selected:bg-raised"
            onClick={() => run(entry)}
          >
            <Icon name={entry.icon} />
            <span className="min-w-0 flex-1 truncate">
              {entry.label} {entry.hint && <span className="text-muted">{entry.hint}</span>}
            </span>
            {entry.state && <StateBadge state={entry.state} />}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className="px-2 py-4 text-muted">{words.none}</p>}
    </Dialog>
  );
}

const MOST_STORES = 8;

function useEntries(typed: string): Entry[] {
  const words = useWords(WORDS);
  const common = useWords(COMMON);
  const navigate = useNavigate();
  const q = useDeferredValue(typed);
  const { data } = useQuery({
    ...read('/v1/tenants', { query: { q, limit: MOST_STORES } }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const isNamed = ({ label }: Entry) => label.toLowerCase().includes(typed.toLowerCase());
  const screens = useScreens().map(({ to, word, icon, key }): Entry => {
    return { id: word, label: common[word], icon, hint: `g ${key}`, run: () => navigate({ to }) };
  });
  const other = useLanguage() === 'id' ? 'en' : 'id';
  const actions = useShownActions().map(({ name, run }, index): Entry => {
    return { id: `action-${index}`, label: name, icon: 'gear', run };
  });
  const language: Entry = { id: 'language', label: common.language, icon: 'gear', run: () => setLanguage(other) };
  const stores = (typed === '' ? [] : (data?.tenants ?? [])).map(({ store, storeName, state }): Entry => {
    return {
      id: `store-${store}`,
      label: storeName,
      hint: store,
      icon: 'store',
      state,
      run: () => navigate({ to: '/stores/:store', params: { store } }),
    };
  });
  const more =
    stores.length === MOST_STORES
      ? [
          {
            id: 'all',
            label: words.all(q),
            icon: 'search',
            run: () => navigate({ to: '/fleet', search: { q } }),
          } as const,
        ]
      : [];
  return [...stores, ...more, ...[...actions, ...screens, language].filter(isNamed)];
}
