import { useQuery } from '@tanstack/react-query';
import type { Summary } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { useTitle } from '../../shell/title.ts';
import { GoTo } from '../../ui/links.tsx';
import { rupiah, written } from '../../ui/numbers.ts';
import { Empty, ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { HOME } from '../../words/home.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { AtWork, Incidents, Rents, Section } from './lists.tsx';
import { Needs } from './needs.tsx';

const SALES_EVERY_MS = 30_000;
const FIRST_SALES_MS = 3_000;

/** What an operator wants to know first. */
export function Home() {
  const words = useWords(HOME);
  useTitle(words.title);
  const may = useScope();
  // What stores sell is no event of the fleet; the first count is there a moment after it was asked for.
  const summary = useQuery({
    ...read('/v1/summary', {}),
    refetchInterval: ({ state }) => (state.data?.sales ? SALES_EVERY_MS : FIRST_SALES_MS),
  });
  return (
    <>
      <ScreenHead title={words.title} />
      <Loaded query={summary} lines={12}>
        {(data) =>
          data.tenants.total === 0 ? (
            <Empty title={words.noStores} command="npx lapak tenant create" />
          ) : (
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <Needs summary={data} />
              <div className="grid gap-4 sm:grid-cols-2">
                <Today summary={data} />
                <States summary={data} />
              </div>
              {may('operator') && <Incidents />}
              <AtWork />
              <Rents rents={data.rent.next} />
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function Today({ summary: { sales, tenants } }: { summary: Summary }) {
  const words = useWords(HOME);
  const language = useLanguage();
  if (!sales) {
    return (
      <Section title={words.today}>
        <p className="p-3 text-muted">{words.notCounted}</p>
      </Section>
    );
  }
  return (
    <Section title={words.today}>
      <dl className="flex flex-col gap-2 p-3">
        {[
          [words.revenue, rupiah(sales.revenue)],
          [words.orders, written(sales.orders, language)],
        ].map(([label, value]) => (
          <div key={label}>
            <dt className="text-muted">{label}</dt>
            <dd className="font-semibold text-xl">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="border-line border-t px-3 py-2 text-muted">
        {words.countedOf(written(sales.counted, language), written(tenants.total, language))}, {words.asOf}{' '}
        <Time at={sales.at} />
      </p>
    </Section>
  );
}

const ORDER = ['running', 'degraded', 'failed', 'suspended', 'stopped', 'provisioning', 'removing'] as const;

function States({ summary: { tenants } }: { summary: Summary }) {
  const words = useWords(HOME);
  const language = useLanguage();
  return (
    <Section
      title={words.fleet}
      more={<GoTo to="/fleet">{`${written(tenants.total, language)} ${words.stores}`}</GoTo>}
    >
      <ul className="py-1">
        {ORDER.filter((state) => (tenants.byState[state] ?? 0) > 0).map((state) => (
          <li key={state}>
            <GoTo to={`/fleet?state=${state}`} className="flex min-h-8 items-center px-3 hover:bg-raised">
              <StateBadge state={state} />
              <span className="ml-auto">{written(tenants.byState[state], language)}</span>
            </GoTo>
          </li>
        ))}
      </ul>
    </Section>
  );
}
