import type { Operation } from '../../../control-plane/api/contract/index.ts';
import { Link } from '../router/link.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { Time } from '../ui/time.tsx';
import { dictionary, useLanguage, useWords } from '../words/language.ts';
import { STATES } from '../words/states.ts';
import { Actor } from './actor.tsx';
import { duration } from './duration.ts';
import { type Column, Table } from './table.tsx';

const WORDS = dictionary(
  { operations: 'Operations', what: 'Operation', store: 'Store', state: 'State', when: 'When', took: 'Took', by: 'By' },
  { operations: 'Operasi', what: 'Operasi', store: 'Toko', state: 'Keadaan', when: 'Kapan', took: 'Lama', by: 'Oleh' },
);

/** Operations, each with the way to its steps; those of one store do not name it again. */
export function OperationList({
  operations,
  isOfOneStore,
}: {
  operations: readonly Operation[];
  isOfOneStore: boolean;
}) {
  const words = useWords(WORDS);
  const { kind } = useWords(STATES);
  const language = useLanguage();
  const store: Column<Operation> = {
    head: words.store,
    cell: (operation) => (
      <Link to="/stores/:store" params={{ store: operation.store }} className="link">
        {operation.store}
      </Link>
    ),
  };
  const columns: Column<Operation>[] = [
    {
      head: words.what,
      cell: (operation) => (
        <Link to="/operations/:id" params={{ id: operation.id }} className="link font-medium">
          {kind[operation.kind]}
        </Link>
      ),
    },
    ...(isOfOneStore ? [] : [store]),
    { head: words.state, cell: ({ state }) => <StateBadge state={state} of="work" /> },
    { head: words.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      head: words.took,
      cell: ({ startedAt, finishedAt }) =>
        startedAt && finishedAt ? duration(Date.parse(finishedAt) - Date.parse(startedAt), language) : '–',
    },
    {
      head: words.by,
      cell: ({ requestedBy, requestedByName }) => (
        <Actor actor={requestedBy} name={requestedByName} className="text-muted" />
      ),
    },
  ];
  return <Table label={words.operations} columns={columns} rows={operations} keyOf={({ id }) => id} />;
}
