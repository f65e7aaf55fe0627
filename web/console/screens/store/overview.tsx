import type { ReactNode } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { Facts } from '../../parts/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { GoTo } from '../../ui/links.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useWords } from '../../words/language.ts';
import { STATES } from '../../words/states.ts';
import { STORE_WORDS } from '../../words/store.ts';

export function Overview({ tenant }: { tenant: Tenant }) {
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Intent tenant={tenant} />
      <About tenant={tenant} />
    </div>
  );
}

type Row = { name: string; desired: ReactNode; observed: ReactNode; differs?: boolean };

/** What the store should be beside what its runtime was seen to be. */
function Intent({ tenant }: { tenant: Tenant }) {
  const words = useWords(STORE_WORDS);
  const { state: states } = useWords(STATES);
  const { desiredState, observed, generation, image, imageId, health } = tenant;
  const rows: Row[] = [
    {
      name: words.state,
      desired: desiredState === 'removed' ? states.removing : <StateBadge state={desiredState} />,
      observed: observed.state === 'running' ? <StateBadge state="running" /> : observed.state,
      differs: (desiredState === 'running') !== (observed.state === 'running'),
    },
    {
      name: words.generation,
      desired: generation,
      observed: observed.generation ?? '–',
      differs: desiredState === 'running' && observed.generation !== generation,
    },
    {
      name: words.healthy,
      desired: desiredState === 'running' ? words.yes : '–',
      observed: observed.healthy === null ? '–' : observed.healthy ? words.yes : words.no,
      differs: desiredState === 'running' && observed.healthy === false,
    },
    {
      name: words.image,
      desired: <span className="break-all">{image}</span>,
      observed: imageId === null ? '–' : <code className="break-all font-mono text-xs">{shortId(imageId)}</code>,
    },
    {
      name: words.runtime,
      desired: (
        <>
          {tenant.driver}, {words.runtimes[tenant.runtime]}
          {tenant.shard !== null && (
            <>
              , <GoTo to={`/fleet?shard=${tenant.shard}`}>{tenant.shard}</GoTo>
            </>
          )}
        </>
      ),
      observed:
        observed.id === null ? '–' : <code className="break-all font-mono text-xs">{shortId(observed.id)}</code>,
    },
    { name: words.seen, desired: '', observed: observed.at === null ? '–' : <Time at={observed.at} /> },
  ];
  return (
    <section className="panel min-w-0 p-4">
      <h2 className="pb-2">{words.intent}</h2>
      <table className="w-full table-fixed">
        <thead>
          <tr className="text-left text-muted">
            <th scope="col" className="w-1/3 py-1 font-medium">
              {words.field}
            </th>
            <th scope="col" className="py-1 pr-2 font-medium">
              {words.desired}
            </th>
            <th scope="col" className="py-1 font-medium">
              {words.observed}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, desired, observed: seen, differs }) => (
            <tr key={name} className="border-line border-t align-top" data-differs={differs || undefined}>
              <th scope="row" className="break-words py-1.5 pr-2 text-left font-normal text-muted">
                {name}
              </th>
              <td className="break-words py-1.5 pr-2">{desired}</td>
              <td className="break-words py-1.5">
                {seen}
                {differs && (
                  <span className="flex items-center gap-1 text-warn">
                    <Icon name="warning" />
                    {words.differs}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="flex flex-wrap gap-x-2 border-line border-t pt-2">
        <span className="text-muted">{words.lastCheck}</span>
        {health === null ? (
          words.notChecked
        ) : (
          <>
            <Time at={health.at} />
            <StateBadge state={health.ok ? 'ok' : 'fail'} />
            {health.reason !== null && <span className="min-w-0 basis-full break-words">{health.reason}</span>}
          </>
        )}
      </p>
    </section>
  );
}

const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

function About({ tenant }: { tenant: Tenant }) {
  const words = useWords(STORE_WORDS);
  const { bot, adminIds, ownerIds, limits, ports, paidUntil } = tenant;
  return (
    <section className="panel min-w-0 p-4">
      <h2 className="pb-2">{words.about}</h2>
      <Facts
        facts={{
          [words.bot]: `@${bot.username} (${bot.id})`,
          [words.rent]: paidUntil === null ? words.noRent : <Time at={paidUntil} />,
          [words.admins]: adminIds.join(', '),
          [words.owners]: ownerIds.length > 0 && ownerIds.join(', '),
          [words.pakasir]: tenant.pakasirSlug,
          [words.updates]: tenant.mode,
          [words.limits]: words.limitsText(limits.memoryMb, limits.cpus, limits.pids),
          [words.ports]: ports !== null && `${ports.telegram} Telegram, ${ports.pakasir} Pakasir`,
          [words.database]: <code className="break-all font-mono text-xs">{tenant.database}</code>,
          [words.folder]: <code className="break-all font-mono text-xs">{tenant.folder}</code>,
          [words.created]: <Time at={tenant.createdAt} />,
          [words.changed]: <Time at={tenant.updatedAt} />,
        }}
      />
    </section>
  );
}
