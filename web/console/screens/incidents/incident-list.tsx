import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Incident } from '../../../../control-plane/api/contract/index.ts';
import { useAction } from '../../api/query.ts';
import { sessionQuery } from '../../api/session.ts';
import { Actor } from '../../parts/actor.tsx';
import { More } from '../../parts/more.tsx';
import { readPages } from '../../parts/pages.ts';
import { Link } from '../../router/link.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Button, Empty } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import { INCIDENTS } from '../../words/incidents.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import type { Shown } from './search.ts';

const OPEN: Record<Shown, 'true' | 'false' | undefined> = { open: 'true', closed: 'false', all: undefined };

/** Incidents of the fleet or of one store, newest first. */
export function IncidentList({ store, show = 'all' }: { store?: string; show?: Shown }) {
  const words = useWords(INCIDENTS);
  const open = OPEN[show];
  const pages = useInfiniteQuery(
    readPages('/v1/incidents', { query: { ...(store && { store }), ...(open && { open }) } }),
  );
  return (
    <Loaded query={pages}>
      {(data) => {
        const incidents = data.pages.flatMap((page) => page.incidents);
        if (incidents.length === 0) {
          return (
            <Empty
              title={show === 'open' ? words.nothingOpen : words.nothing}
              command={`lapak incident list${show === 'open' ? ' --open' : ''}`}
            />
          );
        }
        return (
          <>
            <ul className="flex flex-col gap-3">
              {incidents.map((incident) => (
                <IncidentCard key={incident.id} incident={incident} />
              ))}
            </ul>
            <More pages={pages} label={words.older} />
          </>
        );
      }}
    </Loaded>
  );
}

/** Of a severity its icon, the colour of its words, and that of the edge of its card while it is open. */
const SIGNS: Record<Incident['severity'], readonly [IconName, string, string]> = {
  info: ['line', 'text-info', 'border-l-info'],
  warn: ['warning', 'text-warn', 'border-l-warn'],
  error: ['warning', 'text-danger', 'border-l-danger'],
  fatal: ['cross', 'text-danger', 'border-l-danger'],
};

function IncidentCard({ incident }: { incident: Incident }) {
  const words = useWords(INCIDENTS);
  const { kind, severity, store, detail, openedAt, closedAt, seen } = incident;
  const meaning = words.kinds[kind];
  const [icon, tone, edge] = SIGNS[severity];
  const isOpen = closedAt === null;
  return (
    <li className={`panel flex flex-col gap-2 p-3 ${isOpen ? `border-l-4 ${edge}` : ''}`}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="flex min-w-0 items-center gap-1.5 break-words">
          <Icon name={isOpen ? icon : 'check'} className={isOpen ? tone : 'text-muted'} />
          {meaning?.title ?? kind}
        </h2>
        {store === null ? (
          <span className="text-muted">{words.platform}</span>
        ) : (
          <Link to="/stores/:store" params={{ store }} className="link break-all">
            {store}
          </Link>
        )}
        <span className={isOpen ? tone : 'text-muted'}>{words.severities[severity]}</span>
        <span className="ml-auto flex flex-wrap gap-x-2 text-muted">
          <Time at={openedAt} />
          <Ended incident={incident} />
          {seen > 1 && <span>· {words.seen(seen)}</span>}
        </span>
      </div>
      <blockquote
        className="max-h-64 overflow-auto whitespace-pre-wrap break-words rounded-md bg-raised px-3 py-2 font-mono text-[0.92em]"
        aria-label={words.quoted}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long one is scrolled by keyboard
        tabIndex={0}
      >
        {detail}
      </blockquote>
      <div className="flex flex-wrap items-end justify-between gap-3">
        <dl className="grid min-w-0 flex-1 basis-80 gap-x-3 gap-y-0.5 sm:grid-cols-[auto_1fr]">
          <dt className="text-muted">{words.means}</dt>
          <dd>{meaning?.means ?? words.unknownMeans}</dd>
          {meaning && (
            <>
              <dt className="text-muted">{words.todo}</dt>
              <dd>{meaning.todo}</dd>
            </>
          )}
        </dl>
        <Acknowledge incident={incident} />
      </div>
    </li>
  );
}

function Ended({ incident: { openedAt, closedAt } }: { incident: Incident }) {
  const words = useWords(INCIDENTS);
  const language = useLanguage();
  if (closedAt === null) return null;
  if (closedAt === openedAt) return <span>· {words.moment}</span>;
  return <span>· {words.lasted(lasted(Date.parse(closedAt) - Date.parse(openedAt), language))}</span>;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A stretch of time in its largest unit: `3 hours`. */
function lasted(ms: number, language: string): string {
  const [unit, size] = UNITS.find(([, length]) => ms >= length) ?? UNITS[3];
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.max(1, Math.floor(ms / size)));
}

function Acknowledge({ incident }: { incident: Incident }) {
  const { id, acknowledgedAt, acknowledgedBy } = incident;
  const words = useWords(INCIDENTS);
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const acknowledge = useAction('POST', '/v1/incidents/:id/acknowledge', {
    onSuccess: () => {
      toast({ title: words.acknowledged });
      return queries.invalidateQueries({ queryKey: ['/v1/incidents'] });
    },
    onError: (problem) => toast({ problem }),
  });
  if (acknowledgedBy !== null) {
    return (
      <p className="flex flex-wrap items-center gap-1 text-muted">
        <Icon name="check" className="text-accent" />
        {acknowledgedBy === `key:${session?.keyId}` ? (
          words.takenByYou
        ) : (
          <>
            {words.takenBy} <Actor actor={acknowledgedBy} name={incident.acknowledgedByName} />
          </>
        )}
        {acknowledgedAt && <Time at={acknowledgedAt} />}
      </p>
    );
  }
  return (
    <Button disabled={acknowledge.isPending} onClick={() => acknowledge.mutate({ params: { id: String(id) } })}>
      {words.acknowledge}
    </Button>
  );
}
