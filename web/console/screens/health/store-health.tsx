import { useQuery } from '@tanstack/react-query';
import type { HealthCheckName, HealthReport } from '../../../../control-plane/api/contract/index.ts';
import { read, useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { duration } from '../../parts/duration.ts';
import { Button, Empty } from '../../ui/parts.tsx';
import { Loaded, ProblemView } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { HEALTH_WORDS } from '../../words/health.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { Days } from './days.tsx';
import { share } from './history.ts';
import { Sparkline } from './sparkline.tsx';

/** Reports that the lines are drawn of. */
const REPORTS = 200;

/** How a store has been: its days, its outages, and each of its checks. */
export function StoreHealth({ store }: { store: string }) {
  const words = useWords(HEALTH_WORDS);
  const may = useScope();
  const history = useQuery(read('/v1/tenants/:store/health/history', { params: { store } }));
  const reports = useQuery(read('/v1/tenants/:store/health', { params: { store }, query: { limit: REPORTS } }));
  const check = useAction('POST', '/v1/tenants/:store/health', { onSuccess: () => void reports.refetch() });
  return (
    <div className="flex flex-col gap-4">
      <section className="panel p-4">
        <div className="flex flex-wrap items-baseline gap-x-4 pb-2">
          <h2>{words.days(history.data?.days.length ?? 30)}</h2>
          {history.data && <Share days={history.data.days} />}
        </div>
        <Loaded query={history} lines={2}>
          {(data) => <Days {...data} label={words.days(data.days.length)} />}
        </Loaded>
      </section>
      <section className="panel p-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-2">
          <h2>{words.checks}</h2>
          {reports.data?.reports[0] && <Time at={reports.data.reports[0].at} />}
          {may('operator') && (
            <Button className="ml-auto" disabled={check.isPending} onClick={() => check.mutate({ params: { store } })}>
              {words.checkNow}
            </Button>
          )}
        </div>
        {check.error && <ProblemView error={check.error} />}
        <Loaded query={reports}>
          {({ reports: found }) =>
            found.length === 0 ? (
              <Empty title={words.noReports} command={`lapak health ${store} --now`} />
            ) : (
              <Checks reports={found} />
            )
          }
        </Loaded>
      </section>
      {history.data && <Outages outages={history.data.outages} />}
    </div>
  );
}

/** Which part of all checks was good. */
export function Share({ days }: { days: Parameters<typeof share>[0] }) {
  const words = useWords(HEALTH_WORDS);
  const language = useLanguage();
  const part = share(days);
  if (part === undefined) return <span className="text-muted">{words.noChecks}</span>;
  // Rounded down: what failed once was not 100 % good.
  const percent = Math.floor(part * 10_000) / 10_000;
  const text = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }).format(percent);
  return <span className={part === 1 ? 'text-muted' : 'text-warn'}>{words.good(text)}</span>;
}

const NAMES = [
  'runtime',
  'intake',
  'telegram',
  'database',
  'queue',
  'gateway',
  'cpu',
  'memory',
  'disk',
  'logs',
] as const satisfies HealthCheckName[];

/** Each check with what it found last, and as a line where it measures. `reports` come newest first. */
function Checks({ reports }: { reports: readonly HealthReport[] }) {
  const oldestFirst = [...reports].reverse();
  const names = NAMES.filter((name) => reports[0]?.checks[name]);
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(20rem,100%),1fr))] gap-x-6 gap-y-3">
      {names.map((name) => (
        <Check key={name} name={name} reports={oldestFirst} />
      ))}
    </ul>
  );
}

const UNITS: Partial<Record<HealthCheckName, string>> = { cpu: ' %', memory: ' %', disk: ' %', logs: ' MB', queue: '' };

function Check({ name, reports }: { name: HealthCheckName; reports: readonly HealthReport[] }) {
  const words = useWords(HEALTH_WORDS);
  const number = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 });
  const last = reports.at(-1)?.checks[name];
  if (!last) return null;
  const withUnit = (value: number) => `${number.format(value)}${UNITS[name] ?? ''}`;
  const samples = reports.map(({ at, checks }) => ({ at, value: checks[name]?.value }));
  const values = samples.flatMap(({ value }) => (value === undefined ? [] : [value]));
  // A check that could not measure, as of a store that is down, tells no threshold: the last one that was told still holds.
  const threshold = reports.findLast(({ checks }) => checks[name]?.threshold !== undefined)?.checks[name]?.threshold;
  const facts = [
    ...(last.value === undefined ? [] : [withUnit(last.value)]),
    ...(values.length > 1 ? [words.highest(withUnit(Math.max(...values)))] : []),
    ...(threshold === undefined ? [] : [words.failsFrom(withUnit(threshold))]),
  ].join(' · ');
  return (
    <li className="min-w-0 border-line border-t pt-2">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{words.name[name]}</span>
        <StateBadge state={last.result} />
      </p>
      <p className="break-words text-muted">{last.detail}</p>
      {values.length > 1 && (
        <Sparkline samples={samples} threshold={threshold} label={`${words.name[name]}: ${facts}`} />
      )}
      {facts !== '' && <p className="text-sm">{facts}</p>}
    </li>
  );
}

type OutagesProps = { outages: readonly { from: string; until: string | null; reason: string }[] };

function Outages({ outages }: OutagesProps) {
  const words = useWords(HEALTH_WORDS);
  const language = useLanguage();
  return (
    <section className="panel p-4">
      <h2 className="pb-2">{words.outages}</h2>
      {outages.length === 0 && <p className="text-muted">{words.noOutages}</p>}
      <ul className="flex flex-col gap-2">
        {outages.map(({ from, until, reason }) => {
          const time = duration((until === null ? Date.now() : Date.parse(until)) - Date.parse(from), language);
          return (
            <li key={from} className="flex flex-wrap gap-x-3 border-line border-t pt-2">
              <Time at={from} />
              <span className={until === null ? 'text-danger' : 'text-muted'}>
                {until === null ? words.soFar(time) : words.lasts(time)}
              </span>
              <span className="min-w-0 basis-full break-words">{reason}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
