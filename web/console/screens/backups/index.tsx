import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { BackupStanding } from '../../../../control-plane/api/contract/index.ts';
import { useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { More } from '../../parts/more.tsx';
import { readPages } from '../../parts/pages.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { useSearch } from '../../router/hooks.ts';
import { Link } from '../../router/link.tsx';
import { useTitle } from '../../shell/title.ts';
import { Icon } from '../../ui/icon.tsx';
import { megabytes } from '../../ui/numbers.ts';
import { Button, Empty, ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import { BACKUPS } from '../../words/backups.ts';
import { COMMON } from '../../words/common.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { StoreActions } from './actions.tsx';
import { Proven } from './proven.tsx';
import { backupsSearch } from './search.ts';

const PAGE = 100;
/** While somebody types, the address waits. */
const TYPING_MS = 250;

/** How safe each store's data is, the least safe first. */
export function Backups() {
  const words = useWords(BACKUPS);
  const common = useWords(COMMON);
  const language = useLanguage();
  useTitle(words.title);
  const may = useScope();
  const [search, setSearch] = useSearch(backupsSearch);
  const pages = useInfiniteQuery(
    readPages('/v1/backups', {
      query: { ...(search.q && { q: search.q }), ...(search.stale && { stale: 'true' as const }), limit: PAGE },
    }),
  );
  const isFiltered = search.q !== undefined || search.stale !== undefined;

  const columns: Column<BackupStanding>[] = [
    {
      head: words.store,
      cell: ({ store, storeName }) => (
        <Link to="/backups/:store" params={{ store }} className="link break-words font-medium">
          {storeName}
          <span className="block break-all font-normal text-muted">{store}</span>
        </Link>
      ),
    },
    {
      head: words.newest,
      cell: ({ backup, stale }) => (
        <span className="sm:block">
          {backup ? <Time at={backup.at} /> : words.noBackup}
          {stale && (
            <span className="ml-2 inline-flex items-center gap-1 text-warn" title={words.staleHelp}>
              <Icon name="warning" /> {words.stale}
            </span>
          )}
        </span>
      ),
    },
    { head: words.proven, cell: (standing) => <Proven standing={standing} /> },
    {
      head: words.size,
      className: 'sm:text-right',
      cell: ({ backup }) => (backup?.size ? megabytes(backup.size, language) : '–'),
    },
    ...(may('operator')
      ? [{ head: '', className: 'sm:text-right', cell: (row: BackupStanding) => <StoreActions {...row} /> }]
      : []),
  ];
  return (
    <>
      <ScreenHead title={words.title}>{may('operator') && <DrillAll />}</ScreenHead>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-3">
        <Search q={search.q} onSearch={(q) => setSearch((before) => withQ(before, q), { replace: true })} />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={search.stale === true}
            onChange={({ target }) =>
              setSearch({ ...withQ({}, search.q), ...(target.checked && { stale: true as const }) })
            }
          />
          {words.onlyStale}
        </label>
      </div>
      <Loaded query={pages}>
        {(data) => {
          const rows = data.pages.flatMap(({ standings }) => standings);
          if (rows.length === 0) {
            return isFiltered ? (
              <Empty title={words.nothing} />
            ) : (
              <Empty title={words.empty} command="lapak tenant create" />
            );
          }
          return (
            <>
              <Table label={words.title} columns={columns} rows={rows} keyOf={({ store }) => store} />
              <More pages={pages} label={common.more} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

const withQ = <T extends object>(search: T, q: string | undefined): Omit<T, 'q'> & { q?: string } => {
  const { q: _, ...others } = { q: undefined, ...search };
  return q ? { ...(others as Omit<T, 'q'>), q } : (others as Omit<T, 'q'>);
};

function Search({ q, onSearch }: { q: string | undefined; onSearch(q: string | undefined): void }) {
  const words = useWords(BACKUPS);
  const [text, setText] = useState(q ?? '');
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what was typed that is waited for
  useEffect(() => {
    if (text.trim() === (q ?? '')) return;
    const timer = setTimeout(() => onSearch(text.trim() || undefined), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      type="search"
      className="field max-w-64"
      aria-label={words.search}
      placeholder={words.search}
      maxLength={64}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}

function DrillAll() {
  const words = useWords(BACKUPS);
  const drill = useAction('POST', '/v1/drills', {
    onSuccess: ({ stores }) =>
      toast({ title: stores.length > 0 ? words.drillAllDone(stores.length) : words.drillNone }),
    onError: (problem) => toast({ problem }),
  });
  return (
    <Button disabled={drill.isPending} title={words.drillHelp} onClick={() => drill.mutate({})}>
      {words.drillAll}
    </Button>
  );
}
