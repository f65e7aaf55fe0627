import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Summary } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { Icon } from '../../ui/icon.tsx';
import { GoTo, operationPath, storePath } from '../../ui/links.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { COMMON } from '../../words/common.ts';
import { HOME } from '../../words/home.ts';
import { useWords } from '../../words/language.ts';
import { STATES } from '../../words/states.ts';

const SHOWN = 6;
const LINE = 'flex min-h-9 items-center gap-x-3 gap-y-1 border-line border-t px-3 py-1 first:border-t-0';

export function Section({ title, more, children }: { title: string; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel min-w-0" aria-label={title}>
      <div className="flex items-baseline gap-2 border-line border-b px-3 py-2">
        <h2 className="min-w-0">{title}</h2>
        {more && <span className="ml-auto whitespace-nowrap">{more}</span>}
      </div>
      {children}
    </section>
  );
}

/** Open ones, the newest first. */
export function Incidents() {
  const words = useWords(HOME);
  const common = useWords(COMMON);
  const page = useQuery(read('/v1/incidents', { query: { open: 'true', limit: SHOWN } }));
  return (
    <Section title={words.incidents} more={<GoTo to="/incidents">{common.incidents}</GoTo>}>
      <Loaded query={page}>
        {({ incidents }) =>
          incidents.length === 0 ? (
            <p className="p-3 text-muted">{words.noIncidents}</p>
          ) : (
            <ul>
              {incidents.map(({ id, kind, severity, store, openedAt, acknowledgedAt }) => (
                <li key={id} className={LINE}>
                  <Icon
                    name={severity === 'info' ? 'bell' : 'warning'}
                    className={severity === 'error' || severity === 'fatal' ? 'text-danger' : 'text-warn'}
                  />
                  <span className="min-w-0 flex-1 break-words">
                    {kind} {store === null ? words.platform : <GoTo to={storePath(store)}>{store}</GoTo>}
                  </span>
                  {acknowledgedAt !== null && <Icon name="check" className="text-accent" />}
                  <span className="text-muted">
                    <Time at={openedAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

export function AtWork() {
  const words = useWords(HOME);
  const common = useWords(COMMON);
  const { kind } = useWords(STATES);
  const page = useQuery(read('/v1/operations', { query: { state: 'running', limit: SHOWN } }));
  return (
    <Section title={words.atWork} more={<GoTo to="/operations">{common.operations}</GoTo>}>
      <Loaded query={page}>
        {({ operations }) =>
          operations.length === 0 ? (
            <p className="p-3 text-muted">{words.noWork}</p>
          ) : (
            <ul>
              {operations.map((operation) => (
                <li key={operation.id} className={LINE}>
                  <StateBadge state={operation.state} of="work" />
                  <span className="min-w-0 flex-1 break-words">
                    <GoTo to={operationPath(operation.id)}>{kind[operation.kind]}</GoTo> {operation.store}
                  </span>
                  <span className="text-muted">
                    <Time at={operation.startedAt ?? operation.createdAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

export function Rents({ rents }: { rents: Summary['rent']['next'] }) {
  const words = useWords(HOME);
  const common = useWords(COMMON);
  return (
    <Section title={words.rents} more={<GoTo to="/rent">{common.rent}</GoTo>}>
      {rents.length === 0 ? (
        <p className="p-3 text-muted">{words.noRents}</p>
      ) : (
        <ul>
          {rents.slice(0, SHOWN).map(({ store, storeName, paidUntil }) => (
            <li key={store} className={LINE}>
              <GoTo to={storePath(store)} className="link min-w-0 flex-1 truncate">
                {storeName}
              </GoTo>
              <Time at={paidUntil} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
