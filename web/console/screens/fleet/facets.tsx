import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { read } from '../../api/query.ts';
import { useNavigate } from '../../router/hooks.ts';
import { written } from '../../ui/numbers.ts';
import { Button } from '../../ui/parts.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { FLEET } from '../../words/fleet.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { FACETS, type FleetSearch, filterOf, isFiltered, toggled } from './search.ts';

const TYPED_MS = 250;

/** Facets with how many stores each would leave, the search, and all of it in the address. */
export function Facets({ search }: { search: FleetSearch }) {
  const words = useWords(FLEET);
  const navigate = useNavigate();
  const { q, image, runtime, shard } = search;
  const { data } = useQuery({
    ...read('/v1/tenant-facets', { query: filterOf(search) }),
    placeholderData: keepPreviousData,
  });
  const go = (next: FleetSearch) => navigate({ to: '/fleet', search: next });
  const counts = new Map<string, number>();
  for (const { value, count } of [...(data?.state ?? []), ...(data?.rent ?? []), ...(data?.runtime ?? [])])
    counts.set(value, count);
  // Where every store has a process of its own, nobody is asked which.
  const hasPooled = (counts.get('pooled') ?? 0) > 0 || runtime !== undefined || shard !== undefined;
  const chips = <V extends string>(facet: keyof typeof FACETS, values: readonly V[], show: (value: V) => ReactNode) =>
    values.map((value) => {
      const isOn = search[facet]?.split(',').includes(value) ?? false;
      const count = counts.get(value) ?? 0;
      if (!isOn && count === 0) return null;
      return (
        <Chip key={value} isOn={isOn} count={count} onClick={() => go(toggled(search, facet, value))}>
          {show(value)}
        </Chip>
      );
    });
  return (
    <div className="flex flex-col gap-2 pb-3">
      <div className="flex flex-wrap gap-2">
        <Search
          q={q}
          label={words.search}
          onChange={(next) => navigate({ to: '/fleet', search: { ...search, q: next } }, { replace: true })}
        />
        <Choice
          label={words.image}
          all={words.allImages}
          chosen={image}
          values={data?.image ?? []}
          onChoose={(next) => go({ ...search, image: next })}
        />
        {hasPooled && (
          <Choice
            label={words.shard}
            all={words.allShards}
            chosen={shard}
            values={data?.shard ?? []}
            onChoose={(next) => go({ ...search, shard: next })}
          />
        )}
        {isFiltered(search) && (
          <Button look="quiet" onClick={() => go({ sort: search.sort, order: search.order })}>
            {words.clear}
          </Button>
        )}
      </div>
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        <div role="group" aria-label={words.states} className="flex flex-wrap gap-1">
          {chips('state', FACETS.state, (value) => (
            <StateBadge state={value} />
          ))}
        </div>
        <div role="group" aria-label={words.rents} className="flex flex-wrap gap-1">
          {chips('rent', FACETS.rent, (value) => words.rent[value])}
        </div>
        {hasPooled && (
          <div role="group" aria-label={words.runtimes} className="flex flex-wrap gap-1">
            {chips('runtime', FACETS.runtime, (value) => words.runtime[value])}
          </div>
        )}
      </div>
    </div>
  );
}

type ChoiceProps = {
  label: string;
  /** What no choice is called. */
  all: string;
  chosen: string | undefined;
  values: readonly { value: string; count: number }[];
  onChoose(value: string | undefined): void;
};

/** One of many values, or all; what the address asks for is there, whether a store has it or not. */
function Choice({ label, all, chosen, values, onChoose }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      className="field max-w-full flex-1 basis-48 sm:max-w-80"
      value={chosen ?? ''}
      onChange={({ target }) => onChoose(target.value || undefined)}
    >
      <option value="">{all}</option>
      {chosen !== undefined && !values.some(({ value }) => value === chosen) && (
        <option value={chosen}>{chosen}</option>
      )}
      {values.map(({ value, count }) => (
        <option key={value} value={value}>
          {value} ({count})
        </option>
      ))}
    </select>
  );
}

type ChipProps = { isOn: boolean; count: number; onClick(): void; children: ReactNode };

function Chip({ isOn, count, onClick, children }: ChipProps) {
  const language = useLanguage();
  return (
    <button
      type="button"
      aria-pressed={isOn}
      className="flex min-h-8 items-center gap-2 rounded-md border border-line bg-surface px-2 hover:bg-raised aria-pressed:border-accent aria-pressed:bg-raised aria-pressed:font-semibold"
      onClick={onClick}
    >
      {children}
      <span className="text-muted">{written(count, language)}</span>
    </button>
  );
}

type SearchProps = { q: string | undefined; label: string; onChange(q: string | undefined): void };

/** What is typed goes into the address a moment later; an address that changes by itself comes back. */
function Search({ q = '', label, onChange }: SearchProps) {
  const [typed, setTyped] = useState(q);
  const sent = useRef(q);
  useEffect(() => {
    if (q !== sent.current) setTyped(q);
    sent.current = q;
  }, [q]);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    const next = typed.trim();
    if (next === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = next;
      change.current(next || undefined);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      maxLength={64}
      className="field max-w-full flex-1 basis-56 sm:max-w-80"
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}
