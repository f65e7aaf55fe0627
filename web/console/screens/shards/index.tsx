import { useQuery } from '@tanstack/react-query';
import type { Shard } from '../../../../control-plane/api/contract/index.ts';
import { read, useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { useScreenActions } from '../../shell/screen-actions.ts';
import { useTitle } from '../../shell/title.ts';
import { confirm } from '../../ui/confirm.ts';
import { GoTo } from '../../ui/links.tsx';
import { written } from '../../ui/numbers.ts';
import { Button, Empty, ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { SHARDS } from '../../words/shards.ts';

/** Processes that host many stores: how full each is, and the way to empty one. */
export function Shards() {
  const words = useWords(SHARDS);
  useTitle(words.title);
  const query = useQuery(read('/v1/shards', {}));
  return (
    <>
      <ScreenHead title={words.title} />
      <Loaded query={query}>
        {({ shards }) =>
          shards.length === 0 ? (
            <Empty title={words.none} command="npx lapak tenant create <store> --runtime pooled">
              <p className="max-w-lg text-muted">{words.noneHelp}</p>
            </Empty>
          ) : (
            <ShardTable shards={shards} />
          )
        }
      </Loaded>
    </>
  );
}

function ShardTable({ shards }: { shards: readonly Shard[] }) {
  const words = useWords(SHARDS);
  const language = useLanguage();
  const mayDrain = useScope()('operator');
  const drain = useAction('POST', '/v1/shards/:name/drain', {
    onError: (problem) => toast({ problem }),
    onSuccess: ({ shard }) => toast({ title: words.drains(shard.name) }),
  });
  const ask = async ({ name, stores }: Shard) => {
    const text = words.drainText;
    const title = words.drainAsk(name, written(stores, language));
    if (await confirm({ title, text, action: words.drain, danger: true })) drain.mutate({ params: { name } });
  };
  const label = ({ name, state }: Shard) => (state === 'draining' ? words.drainAgainOf(name) : words.drainOf(name));
  useScreenActions(mayDrain ? shards.map((shard) => ({ name: label(shard), run: () => void ask(shard) })) : []);
  const columns: Column<Shard>[] = [
    {
      head: words.name,
      cell: ({ name }) => (
        <GoTo to={`/fleet?shard=${name}`} className="link font-medium">
          {name}
        </GoTo>
      ),
    },
    { head: words.state, cell: ({ state }) => <StateBadge state={state} /> },
    {
      head: words.process,
      cell: ({ observed: { state, restarts } }) => (
        <>
          {state === 'running' ? <StateBadge state="running" /> : state}
          {restarts > 0 && <span className="ml-2 text-muted">{words.restarts(restarts)}</span>}
        </>
      ),
    },
    { head: words.stores, cell: (shard) => <Filled {...shard} /> },
    { head: words.since, cell: ({ createdAt, drainingSince }) => <Time at={drainingSince ?? createdAt} /> },
  ];
  const action: Column<Shard> = {
    head: '',
    className: 'text-right',
    cell: (shard) => (
      <Button aria-label={label(shard)} disabled={drain.isPending} onClick={() => void ask(shard)}>
        {shard.state === 'draining' ? words.drainAgain : words.drain}
      </Button>
    ),
  };
  const shown = mayDrain ? [...columns, action] : columns;
  return <Table label={words.title} columns={shown} rows={shards} keyOf={({ name }) => name} />;
}

/** How many stores it has of those that it takes. */
function Filled({ stores, capacity }: Pick<Shard, 'stores' | 'capacity'>) {
  const words = useWords(SHARDS);
  const language = useLanguage();
  return (
    <span className="inline-flex flex-col gap-1">
      {words.of(written(stores, language), written(capacity, language))}
      <span aria-hidden="true" className="h-1.5 w-32 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-accent" style={{ width: `${Math.min(1, stores / capacity) * 100}%` }} />
      </span>
    </span>
  );
}
