import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { useParam, useSearch } from '../../router/hooks.ts';
import { Link } from '../../router/link.tsx';
import { LoadedScreen } from '../../shell/loaded-screen.tsx';
import { useTitle } from '../../shell/title.ts';
import { Icon } from '../../ui/icon.tsx';
import { buttonClass, Empty, ScreenHead, Skeleton } from '../../ui/parts.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { COMMON } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { STORE_WORDS } from '../../words/store.ts';
import { StoreActions } from './actions.tsx';
import { Overview } from './overview.tsx';
import { STORE_TABS, type StoreTab, storeSearch } from './search.ts';

// Each is wanted by some: the overview does not wait for them.
const Configuration = lazy(async () => ({ default: (await import('./configuration.tsx')).Configuration }));
const LogView = lazy(async () => ({ default: (await import('../log/log-view.tsx')).LogView }));
const OperationPages = lazy(async () => ({ default: (await import('../operations/pages.tsx')).OperationPages }));
const StoreHealth = lazy(async () => ({ default: (await import('../health/store-health.tsx')).StoreHealth }));
const StoreBackups = lazy(async () => ({ default: (await import('../backups/store-backups.tsx')).StoreBackups }));
const IncidentList = lazy(async () => ({ default: (await import('../incidents/incident-list.tsx')).IncidentList }));
const AuditList = lazy(async () => ({ default: (await import('../audit/audit-list.tsx')).AuditList }));

/** One store: what it should be beside what it is, and everything about it, a tab each. */
export function Store() {
  const words = useWords(STORE_WORDS);
  const { fleet } = useWords(COMMON);
  const store = useParam('store');
  const [{ tab = 'overview' }] = useSearch(storeSearch);
  const query = useQuery(read('/v1/tenants/:store', { params: { store } }));
  useTitle(`${query.data?.storeName ?? store} · ${words[tab]}`);
  return (
    <LoadedScreen query={query} list={{ title: fleet, to: '/fleet' }} command="npx lapak tenant list">
      {(tenant) => (
        <>
          <ScreenHead
            title={
              <span className="flex flex-wrap items-center gap-x-3">
                <span className="min-w-0 break-words">{tenant.storeName}</span>
                {tenant.storeName !== store && <span className="font-normal text-base text-muted">{store}</span>}
                <span className="font-normal text-base">
                  <StateBadge state={tenant.state} />
                </span>
              </span>
            }
          >
            <a
              className={buttonClass()}
              href={`https://t.me/${encodeURIComponent(tenant.bot.username)}`}
              target="_blank"
              rel="noopener noreferrer"
            >
              {words.openTelegram}
            </a>
            <StoreActions tenant={tenant} />
          </ScreenHead>
          <Notices tenant={tenant} />
          <Tabs store={store} chosen={tab} />
          <div className="pt-4">
            <Suspense fallback={<Skeleton />}>
              <Tab tab={tab} tenant={tenant} />
            </Suspense>
          </div>
        </>
      )}
    </LoadedScreen>
  );
}

/** Why it is not well, what works on it, and that nobody looks after it. */
function Notices({ tenant: { reason, operation, paused } }: { tenant: Tenant }) {
  const words = useWords(STORE_WORDS);
  return (
    <div className="flex flex-col gap-2 pb-3 empty:hidden">
      {reason !== null && (
        <p className="panel flex gap-2 whitespace-pre-wrap break-words p-3">
          <Icon name="warning" className="mt-0.5 text-warn" />
          <span className="min-w-0 break-words">{reason}</span>
        </p>
      )}
      {operation !== null && (
        <p role="status" className="panel flex flex-wrap gap-2 p-3">
          <Icon name="turning" className="mt-0.5 text-info" />
          {words.busy}
          <Link to="/operations/:id" params={{ id: operation }} className="link underline">
            {words.showIt}
          </Link>
        </p>
      )}
      {paused && (
        <p className="panel flex gap-2 p-3">
          <Icon name="pause" className="mt-0.5 text-warn" />
          {words.pausedNote}
        </p>
      )}
    </div>
  );
}

function Tabs({ store, chosen }: { store: string; chosen: StoreTab }) {
  const words = useWords(STORE_WORDS);
  return (
    <nav aria-label={words.tabs} className="flex flex-wrap gap-x-1 border-line border-b">
      {STORE_TABS.map((tab) => (
        <Link
          key={tab}
          to="/stores/:store"
          params={{ store }}
          search={tab === 'overview' ? {} : { tab }}
          aria-current={tab === chosen ? 'page' : undefined}
          className={`-mb-px border-b-2 px-2.5 py-1.5 ${tab === chosen ? 'border-accent font-semibold' : 'border-transparent text-muted hover:text-text'}`}
        >
          {words[tab]}
        </Link>
      ))}
    </nav>
  );
}

function Tab({ tab, tenant }: { tab: StoreTab; tenant: Tenant }) {
  const words = useWords(STORE_WORDS);
  const may = useScope();
  const { store } = tenant;
  switch (tab) {
    case 'overview':
      return <Overview tenant={tenant} />;
    case 'configuration':
      return <Configuration tenant={tenant} />;
    case 'logs':
      return <LogView store={store} />;
    case 'operations':
      return <OperationPages store={store} isOfOneStore />;
    case 'health':
      return <StoreHealth store={store} />;
    case 'backups':
      return <StoreBackups store={store} />;
    case 'incidents':
      return may('operator') ? <IncidentList store={store} /> : <Empty title={words.onlyOperators} />;
    case 'audit':
      return may('admin') ? <AuditList filter={{ store }} /> : <Empty title={words.onlyAdmins} />;
  }
}
