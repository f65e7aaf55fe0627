import type { Command } from 'commander';
import { type Operation, ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import type { Output } from '../../output/output.ts';
import { finishedLine } from '../../output/steps.ts';
import { facts } from '../../output/table.ts';
import { actorText } from '../../output/text.ts';
import { stamp } from '../../output/time.ts';

export function showCommand(operation: Command): void {
  operation
    .command('show')
    .argument('<id>', 'id of the operation')
    .description('one operation with its steps')
    .action(run(show));
}

async function show({ client: connect, output }: Context, id: string) {
  const client = await connect();
  const operation = await client.call(ROUTES.showOperation, { params: { id } });
  output.result({ operation }, () => describe(output, operation));
  return EXIT.done;
}

function describe(output: Output, operation: Operation): string {
  const { id, kind, store, state, attempt, createdAt, startedAt, finishedAt, error } = operation;
  const head = facts({
    Operation: id,
    What: `${kind} of ${store}`,
    State: attempt > 1 ? `${state} (attempt ${attempt})` : state,
    'Asked by': actorText(operation.requestedBy, operation.requestedByName),
    Asked: stamp(createdAt),
    Started: stamp(startedAt),
    Ended: stamp(finishedAt),
    Fault: error ? `${error.message} [${error.code}]` : undefined,
  });
  const steps = operation.steps.map((step) => {
    if (step.state === 'pending' || step.state === 'running') return `… ${step.name} (${step.state})`;
    return finishedLine(output.style, kind, step);
  });
  return `${head}\n\n${steps.join('\n')}`;
}
