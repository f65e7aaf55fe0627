import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { More } from '../../parts/more.tsx';
import { readPages } from '../../parts/pages.ts';
import { useSearch } from '../../router/hooks.ts';
import { useTitle } from '../../shell/title.ts';
import { Button, Empty, ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { RENT } from '../../words/rent.ts';
import { Calendar } from './calendar.tsx';
import { RentTable } from './rent-table.tsx';
import { rentSearch } from './search.ts';
import { dayOf, lastDay, monthAfter, type Standing, standingOf } from './terms.ts';

const PAGE = 200;
const GROUPS = ['overdue', 'due', 'later'] as const satisfies readonly Standing[];

/** What ends when: a month of days, and the stores by how near their end is. */
export function Rent() {
  const words = useWords(RENT);
  const language = useLanguage();
  useTitle(words.title);
  const [{ month = dayOf(new Date()).slice(0, 7), day }, setSearch] = useSearch(rentSearch);
  const pages = useInfiniteQuery(
    readPages('/v1/tenants', { query: { rent: 'overdue,due,paid', sort: 'paidUntil', limit: PAGE } }),
  );
  const tenants = pages.data?.pages.flatMap((page) => page.tenants) ?? [];
  const last = tenants.at(-1)?.paidUntil;
  const { hasNextPage, isFetching, isError, fetchNextPage } = pages;
  // The month that is shown is shown whole: the stores come in the order in which they end.
  const isShort = hasNextPage && !isFetching && !isError && last && lastDay(last) < `${monthAfter(month, 1)}-01`;
  useEffect(() => {
    if (isShort) void fetchNextPage();
  }, [isShort, fetchNextPage]);

  const chosen =
    day === undefined ? tenants : tenants.filter(({ paidUntil }) => paidUntil && lastDay(paidUntil) === day);
  const dayText = day && new Date(`${day}T00:00:00`).toLocaleDateString(language, { dateStyle: 'long' });
  return (
    <>
      <ScreenHead title={words.title} />
      <Loaded query={pages}>
        {() => (
          <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
            <Calendar
              month={month}
              day={day}
              tenants={tenants}
              onMonth={(next) => setSearch({ month: next })}
              onDay={(next) => setSearch({ month, ...(next && { day: next }) })}
            />
            <div className="flex min-w-0 flex-col gap-4">
              {day !== undefined && (
                <p className="flex flex-wrap items-center gap-3">
                  <span className="font-medium">{words.onDay(dayText ?? day)}</span>
                  <Button onClick={() => setSearch({ month })}>{words.allDays}</Button>
                </p>
              )}
              {tenants.length === 0 && (
                <Empty title={words.empty} command="lapak tenant rent <store> --until 2026-12-31" />
              )}
              {tenants.length > 0 && chosen.length === 0 && <Empty title={words.nothing} />}
              <Groups tenants={chosen} />
              {day === undefined && <More pages={pages} label={words.more} />}
              {day === undefined && <Endless />}
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Groups({ tenants }: { tenants: readonly Tenant[] }) {
  const words = useWords(RENT);
  const now = Date.now();
  return GROUPS.map((standing) => {
    const group = tenants.filter((tenant) => standingOf(tenant, now) === standing);
    if (group.length === 0) return null;
    return (
      <section key={standing} aria-label={words[standing]}>
        <h2 className={`pb-1 ${standing === 'overdue' ? 'text-danger' : standing === 'due' ? 'text-warn' : ''}`}>
          {words[standing]} ({group.length})
        </h2>
        <RentTable label={words[standing]} tenants={group} />
      </section>
    );
  });
}

/** Stores whose rent has no end; read once they are asked for. */
function Endless() {
  const words = useWords(RENT);
  const [isOpen, setOpen] = useState(false);
  const pages = useInfiniteQuery({
    ...readPages('/v1/tenants', { query: { rent: 'none', limit: PAGE } }),
    enabled: isOpen,
  });
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="cursor-pointer font-semibold">{words.none}</summary>
      <div className="pt-2">
        {isOpen && (
          <Loaded query={pages}>
            {(data) => {
              const tenants = data.pages.flatMap((page) => page.tenants);
              if (tenants.length === 0) return <Empty title={words.nothing} />;
              return (
                <>
                  <RentTable label={words.none} tenants={tenants} />
                  <More pages={pages} label={words.more} />
                </>
              );
            }}
          </Loaded>
        )}
      </div>
    </details>
  );
}
