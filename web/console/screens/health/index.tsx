import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { More } from '../../parts/more.tsx';
import { readPages } from '../../parts/pages.ts';
import { given } from '../../parts/search.ts';
import { useSearch } from '../../router/hooks.ts';
import { Link } from '../../router/link.tsx';
import { useTitle } from '../../shell/title.ts';
import { Empty, ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { HEALTH_WORDS } from '../../words/health.ts';
import { useWords } from '../../words/language.ts';
import { STATES } from '../../words/states.ts';
import { Days } from './days.tsx';
import { healthSearch, TENANT_STATES } from './search.ts';
import { Share } from './store-health.tsx';

/** Stores that are read at a time. */
const PAGE = 30;

/** The last thirty days of every store. */
export function Health() {
  const words = useWords(HEALTH_WORDS);
  const states = useWords(STATES);
  const [{ q, state }, setSearch] = useSearch(healthSearch);
  useTitle(words.title);
  const query = { limit: PAGE, ...(q !== undefined && { q }), ...(state && { state }) };
  const pages = useInfiniteQuery(readPages('/v1/tenants', { query }));
  return (
    <>
      <ScreenHead title={words.title}>
        <input
          type="search"
          className="field !w-52"
          aria-label={words.search}
          placeholder={words.search}
          defaultValue={q ?? ''}
          maxLength={64}
          onChange={({ target }) =>
            setSearch((before) => given({ ...before, q: target.value.trim() || undefined }), { replace: true })
          }
        />
        <select
          className="field !w-auto"
          aria-label={words.state}
          value={state ?? ''}
          onChange={({ target }) => {
            const next = TENANT_STATES.find((known) => known === target.value);
            setSearch((before) => given({ ...before, state: next }), { replace: true });
          }}
        >
          <option value="">{words.everyState}</option>
          {TENANT_STATES.map((known) => (
            <option key={known} value={known}>
              {states.state[known]}
            </option>
          ))}
        </select>
      </ScreenHead>
      <p className="pb-3 text-muted">{words.intro}</p>
      <Loaded query={pages} lines={8}>
        {(data) => {
          const stores = data.pages.flatMap(({ tenants }) => tenants);
          if (stores.length === 0) {
            const isAll = q === undefined && state === undefined;
            return isAll ? (
              <Empty title={words.noStores} command="lapak tenant create" />
            ) : (
              <Empty title={words.none} />
            );
          }
          return (
            <>
              <ul className="flex flex-col gap-2">
                {stores.map((tenant) => (
                  <StoreRow key={tenant.store} tenant={tenant} />
                ))}
              </ul>
              <More pages={pages} label={words.more} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function StoreRow({ tenant: { store, storeName, state } }: { tenant: Tenant }) {
  const words = useWords(HEALTH_WORDS);
  const [row, isSeen] = useSeen<HTMLLIElement>();
  const history = useQuery({
    ...read('/v1/tenants/:store/health/history', { params: { store } }),
    enabled: isSeen,
  });
  return (
    <li ref={row} className="panel grid gap-x-4 gap-y-1 p-3 md:grid-cols-[16rem_minmax(0,1fr)]">
      <div className="min-w-0">
        <Link
          to="/stores/:store"
          params={{ store }}
          search={{ tab: 'health' }}
          className="link break-words font-medium"
        >
          {storeName}
        </Link>
        <p className="break-words text-muted">{store}</p>
        <p className="flex flex-wrap gap-x-3">
          <StateBadge state={state} />
          {history.data && <Share days={history.data.days} />}
        </p>
      </div>
      <Loaded query={history} lines={2}>
        {(data) => <Days {...data} label={`${storeName}: ${words.days(data.days.length)}`} />}
      </Loaded>
    </li>
  );
}

/** Whether an element was in sight so far: what is far down need not be asked for. */
function useSeen<E extends Element>() {
  const element = useRef<E>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (isSeen || !element.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) setSeen(true);
      },
      { rootMargin: '200px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isSeen]);
  return [element, isSeen] as const;
}
