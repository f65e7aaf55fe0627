import { lazy, Suspense, useCallback, useState } from 'react';
import { useScope } from '../../api/session.ts';
import { useNavigate, useSearch } from '../../router/hooks.ts';
import { useTitle } from '../../shell/title.ts';
import { written } from '../../ui/numbers.ts';
import { Button, Empty, ScreenHead, Skeleton } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { FLEET } from '../../words/fleet.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { Facets } from './facets.tsx';
import { useStoreList } from './list.ts';
import { type FleetSearch, fleetSearch, isFiltered } from './search.ts';
import { StoreTable } from './table.tsx';

// Nobody needs it before a store is selected.
const BulkBar = lazy(async () => ({ default: (await import('./bulk.tsx')).BulkBar }));

/** All stores, and what can be done with many of them at once. */
export function Fleet() {
  const words = useWords(FLEET);
  const language = useLanguage();
  const may = useScope();
  const navigate = useNavigate();
  const [search] = useSearch(fleetSearch);
  const list = useStoreList(search);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  useTitle(words.title);
  const select = useCallback((store: string) => {
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(store)) after.add(store);
      return after;
    });
  }, []);
  const { rows } = list;
  const count = written(rows.length, language);
  return (
    <>
      <ScreenHead title={words.title}>
        <span role="status" className="text-muted">
          {list.isWhole ? words.count(count) : words.loading(count)}
        </span>
      </ScreenHead>
      <Facets search={search} />
      {list.error && <ProblemView error={list.error} onRetry={list.again} />}
      {list.isLoading && !list.error && <Skeleton lines={12} />}
      {list.isWhole && rows.length === 0 && <None search={search} />}
      {rows.length > 0 && (
        <>
          <div className="flex flex-wrap items-center gap-2 pb-2">
            {may('operator') && (
              <Button disabled={!list.isWhole} onClick={() => setSelected(new Set(rows.map(({ store }) => store)))}>
                {words.selectAll} ({count})
              </Button>
            )}
            <SortChoice search={search} />
          </div>
          <div className={list.isOld ? 'opacity-60' : ''}>
            <StoreTable
              rows={rows}
              search={search}
              selected={selected}
              onSelect={may('operator') ? select : null}
              onOpen={(store) => navigate({ to: '/stores/:store', params: { store } })}
            />
          </div>
        </>
      )}
      {selected.size > 0 && (
        <Suspense>
          <BulkBar stores={[...selected]} onDone={() => setSelected(new Set())} />
        </Suspense>
      )}
    </>
  );
}

function None({ search }: { search: FleetSearch }) {
  const words = useWords(FLEET);
  if (isFiltered(search)) return <Empty title={words.noMatch} />;
  return <Empty title={words.none} command="npx lapak tenant create" />;
}

const SORTS = ['storeName', 'state', 'paidUntil', 'updatedAt', 'createdAt', 'image'] as const;

/** On a phone the table has no heads to tap. */
function SortChoice({ search }: { search: FleetSearch }) {
  const words = useWords(FLEET);
  const navigate = useNavigate();
  const go = (next: FleetSearch) => navigate({ to: '/fleet', search: next });
  return (
    <div className="flex gap-2 lg:hidden">
      <select
        aria-label={words.sort}
        className="field"
        value={search.sort ?? ''}
        onChange={({ target }) => go({ ...search, sort: SORTS.find((sort) => sort === target.value) })}
      >
        <option value="">{words.columns.store}</option>
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {words.columns[sort]}
          </option>
        ))}
      </select>
      <Button
        aria-pressed={search.order === 'desc'}
        aria-label={words.reversed}
        onClick={() => go({ ...search, order: search.order === 'desc' ? undefined : 'desc' })}
      >
        {search.order === 'desc' ? '↓' : '↑'}
      </Button>
    </div>
  );
}
