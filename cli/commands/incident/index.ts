import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Incident, ROUTES } from '../../../control-plane/api/contract/index.ts';
import { collect } from '../../api/pages.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { storeSlug, wholeNumber } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { actorText, printable } from '../../output/text.ts';
import { relative } from '../../output/time.ts';

type ListOptions = { store?: string; open?: boolean; limit: number };

export function incidentCommands(program: Command): void {
  const incident = program.command('incident').description('what went wrong, as the owners were told');
  incident
    .command('list')
    .alias('ls')
    .description('incidents, newest first')
    .option('--store <store>', 'only those of one store', storeSlug)
    .addOption(new Option('--open', 'only those that have not ended'))
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 20)
    .action(run(list));
  incident
    .command('acknowledge')
    .alias('ack')
    .argument('<id>', 'number of the incident', incidentId)
    .description('say that somebody takes care of it; the owners see it')
    .action(run(acknowledge));
}

async function list({ client: connect, output }: Context, { limit, store, open }: ListOptions) {
  const client = await connect();
  const incidents = await collect(limit, async (cursor, size) => {
    const query = { store, ...(open ? { open: 'true' as const } : {}), limit: size, cursor };
    const page = await client.call(ROUTES.listIncidents, { query });
    return { items: page.incidents, nextCursor: page.nextCursor };
  });
  output.result({ incidents }, () => {
    if (incidents.length === 0) return open ? 'Nothing is wrong.' : 'Nothing went wrong yet.';
    return table(['ID', 'KIND', 'SEVERITY', 'STORE', 'BEGAN', 'ENDED', 'TAKEN BY', 'WHAT'], incidents.map(row));
  });
  return EXIT.done;
}

async function acknowledge({ client: connect, output }: Context, id: string) {
  const client = await connect();
  const incident = await client.call(ROUTES.acknowledgeIncident, { params: { id } });
  output.result({ incident }, () => `Incident ${incident.id} is taken care of by ${takenBy(incident)}.`);
  return EXIT.done;
}

function row(incident: Incident): string[] {
  const { id, kind, severity, store, openedAt, closedAt, detail } = incident;
  const [what = ''] = detail.split('\n', 1);
  const ended = closedAt === null ? 'open' : closedAt === openedAt ? '-' : relative(closedAt);
  return [
    String(id),
    kind,
    severity,
    store ?? '-',
    relative(openedAt),
    ended,
    takenBy(incident) ?? '-',
    what.slice(0, 60),
  ];
}

function takenBy({ acknowledgedBy, acknowledgedByName }: Incident): string | null {
  return acknowledgedBy && printable(actorText(acknowledgedBy, acknowledgedByName));
}

function incidentId(text: string): string {
  if (/^\d{1,15}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the number of an incident, as `lapak incident list` shows it.');
}
