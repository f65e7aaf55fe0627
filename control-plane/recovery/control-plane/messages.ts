import { stranger } from '../../platform/ownership/index.ts';
import type { Outlook } from './findings.ts';
import type { Recovered } from './recover.ts';
import type { StrangerFinding } from './strangers.ts';

const MARKS = { running: '✓', not_running: '!', database_missing: '✗', unknown: '?' } as const;

/** What was recovered and how each store is, for the person at the terminal. Pure. */
export function describe({ archive, madeAt, database, endedOperations, strangers, stores }: Recovered): string {
  const lines = stores.map(
    ({ store, verdict, runtime, outlook }) =>
      `${MARKS[verdict]} ${store}: ${verdict.replace('_', ' ')} (runtime ${runtime}) - ${outlookText(outlook)}`,
  );
  const ended = endedOperations.map(
    (id) => `! operation ${id} was at work then and is ended: lapak operation show ${id}`,
  );
  return `${[
    `The control database ${database} is as it was at ${madeAt} (${archive}).`,
    ...lines,
    ...ended,
    ...strangers.map(strangerText),
    'Start the control plane: lapak server',
  ].join('\n')}\n`;
}

function strangerText({ folder, owner, adopted }: StrangerFinding): string {
  if (adopted) return `! ${folder} was of the control plane ${owner.id} and is this one's now`;
  return `! ${stranger({ folder, owner }).message} --adopt does that for all of them.`;
}

/** The same for a program, each finding with its sentence as `detail`. Pure. */
export function toJson({ stores, ...rest }: Recovered): object {
  return { ...rest, stores: stores.map(({ outlook, ...store }) => ({ ...store, detail: outlookText(outlook) })) };
}

function outlookText(outlook: Outlook): string {
  switch (outlook.kind) {
    case 'goes_on':
      return 'goes on; the server adopts it as it is';
    case 'is_started':
      return 'the server starts it';
    case 'stays':
      return `it is to be ${outlook.desired}`;
    case 'to_restore':
      return outlook.backup === null
        ? 'no verified backup is known'
        : `lapak backup restore ${outlook.backup.id} (${outlook.backup.file})`;
    case 'runtime_left_alone':
      return 'opened after the backup was made, or of another control plane; it is left alone';
    case 'database_left_alone':
      return 'a store’s database that the backup knows nothing of; it is left alone';
  }
}
