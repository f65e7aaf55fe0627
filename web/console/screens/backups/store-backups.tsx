import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Backup, Drill } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { duration } from '../../parts/duration.ts';
import { More } from '../../parts/more.tsx';
import { readPages } from '../../parts/pages.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { megabytes, written } from '../../ui/numbers.ts';
import { Empty } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { BACKUPS } from '../../words/backups.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { BackupActions } from './backup-actions.tsx';

/** Backups of a store, newest first, and the drills that prove them. */
export function StoreBackups({ store }: { store: string }) {
  const words = useWords(BACKUPS);
  const language = useLanguage();
  const may = useScope();
  const pages = useInfiniteQuery(readPages('/v1/tenants/:store/backups', { params: { store } }));
  const columns: Column<Backup>[] = [
    {
      head: words.begun,
      cell: ({ startedAt, file }) => (
        <>
          <Time at={startedAt} />
          <span className="block break-all text-muted">{file}</span>
        </>
      ),
    },
    {
      head: words.state,
      cell: ({ state, error }) => (
        <span className="sm:block">
          <StateBadge state={state} />
          {error && <span className="block whitespace-pre-wrap break-words text-danger">{error.message}</span>}
        </span>
      ),
    },
    { head: words.why, cell: ({ reason }) => words.reasons[reason] },
    {
      head: words.size,
      cell: ({ size, rows }) => (
        <span className="sm:block">
          {size === null ? '–' : megabytes(size, language)}
          {rows && <span className="text-muted sm:block"> {words.rows(written(totalOf(rows), language))}</span>}
        </span>
      ),
    },
    {
      head: words.offsite,
      cell: ({ offsite }) =>
        offsite ? (
          <span className={offsite.state === 'failed' ? 'text-danger' : ''} title={offsite.error ?? undefined}>
            {words.offsiteStates[offsite.state]}
          </span>
        ) : (
          '–'
        ),
    },
    ...(may('operator')
      ? [{ head: '', className: 'sm:text-right', cell: (backup: Backup) => <BackupActions backup={backup} /> }]
      : []),
  ];
  return (
    <div className="flex flex-col gap-6">
      <section aria-label={words.title}>
        <Loaded query={pages}>
          {(data) => {
            const rows = data.pages.flatMap(({ backups }) => backups);
            if (rows.length === 0)
              return <Empty title={words.emptyOf(store)} command={`lapak backup create ${store}`} />;
            return (
              <>
                <Table label={words.title} columns={columns} rows={rows} keyOf={({ id }) => id} />
                <More pages={pages} label={words.older} />
              </>
            );
          }}
        </Loaded>
      </section>
      <Drills store={store} />
    </div>
  );
}

const totalOf = (rows: Readonly<Record<string, number>>): number =>
  Object.values(rows).reduce((sum, count) => sum + count, 0);

function Drills({ store }: { store: string }) {
  const words = useWords(BACKUPS);
  const language = useLanguage();
  const query = useQuery(read('/v1/drills', { query: { store, limit: 20 } }));
  const columns: Column<Drill>[] = [
    { head: words.begun, cell: ({ at }) => <Time at={at} /> },
    { head: words.state, cell: ({ result }) => <StateBadge state={result} /> },
    { head: words.what, cell: ({ detail }) => <span className="break-words">{detail}</span> },
    { head: words.took, cell: ({ seconds }) => duration(seconds * 1_000, language) },
  ];
  return (
    <section aria-label={words.drills}>
      <h2 className="pb-2">{words.drills}</h2>
      <Loaded query={query} lines={2}>
        {({ drills }) =>
          drills.length === 0 ? (
            <Empty title={words.drillsEmpty} command={`lapak backup drill ${store}`} />
          ) : (
            <Table label={words.drills} columns={columns} rows={drills} keyOf={({ operation }) => operation} />
          )
        }
      </Loaded>
    </section>
  );
}
