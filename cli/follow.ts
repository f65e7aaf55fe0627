import type { Operation } from '../control-plane/api/contract/index.ts';
import type { Client } from './api/client.ts';
import { watchOperation } from './api/watch.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode, interrupted } from './exit.ts';
import { createStepView } from './output/steps.ts';
import { printable } from './output/text.ts';
import { duration } from './output/time.ts';

export type WaitOption = { wait: boolean };

/** Shows an operation's steps until it ends. Ctrl-C ends the watching, never the operation. */
export async function follow(context: Context, client: Client, operation: Operation): Promise<Operation> {
  const view = await createStepView(context.output);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  let latest = operation;
  try {
    for await (latest of watchOperation(client, operation.id, stop.signal)) view.show(latest);
    return latest;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    view.end();
    throw interrupted('\nNo longer watching; the operation goes on.', [
      `Watch it again: lapak operation watch ${operation.id}`,
      `Stop it: lapak operation cancel ${operation.id}`,
    ]);
  } finally {
    process.off('SIGINT', onInterrupt);
    view.end();
  }
}

/**
 * Ends a command that started an operation: follows it (unless `--no-wait`), prints its result, and says what can be done
 * when it failed. `extra` goes into the JSON result beside the operation.
 */
export async function finish(
  context: Context,
  client: Client,
  accepted: Operation,
  { wait }: WaitOption,
  extra: (operation: Operation) => Promise<Record<string, unknown>> = async () => ({}),
): Promise<ExitCode> {
  const { output } = context;
  if (!wait) {
    output.result({ ...(await extra(accepted)), operation: accepted }, () => accepted.id);
    if (!output.json) output.note(`${describe(accepted)} goes on. Watch it: lapak operation watch ${accepted.id}`);
    return EXIT.done;
  }
  const ended = await follow(context, client, accepted);
  output.result({ ...(await extra(ended)), operation: ended }, () => summary(context, ended));
  if (ended.state === 'succeeded') return EXIT.done;
  if (!output.json) for (const line of nextCommands(ended)) output.note(`  ${output.noteStyle('dim', '→')} ${line}`);
  return EXIT.failed;
}

function summary({ output }: Context, operation: Operation): string {
  const time = operation.startedAt && operation.finishedAt ? took(operation.startedAt, operation.finishedAt) : '';
  if (operation.state === 'succeeded') return `${output.style('green', '✓')} ${describe(operation)}: done${time}`;
  if (operation.state === 'cancelled') return `${output.style('yellow', '!')} ${describe(operation)}: cancelled${time}`;
  const failed = operation.steps.find((step) => step.state === 'failed');
  const reason = operation.error
    ? `${printable(operation.error.message)} [${operation.error.code}]`
    : 'no reason was given';
  return `${output.style('red', '✗')} ${describe(operation)}: failed${failed ? ` at ${failed.name}` : ''}${time}\n  ${reason}`;
}

function took(from: string, to: string): string {
  return ` in ${duration(Date.parse(to) - Date.parse(from))}`;
}

/** `provision of warung` */
function describe({ kind, store }: Operation): string {
  return `${kind} of ${printable(store)}`;
}

function retryWhen(code: string | undefined): string {
  if (code === 'UPGRADE_ROLLED_BACK') return 'To try the same image again';
  if (code === 'MOVE_ROLLED_BACK') return 'To try to move it again';
  return code === 'REHEARSAL_FAILED'
    ? 'Once all is fixed, rehearse again'
    : 'Once the cause is fixed, go on from there';
}

function nextCommands({ id, kind, store, state, error }: Operation): string[] {
  if (state === 'cancelled' && kind !== 'provision' && kind !== 'clone') return [];
  return [
    ...(error?.code === 'CONFIGURATION_ROLLED_BACK' ? [] : [`${retryWhen(error?.code)}: lapak operation retry ${id}`]),
    `What the store said: lapak tenant logs ${store} --tail 50`,
    ...(kind === 'provision' || kind === 'clone'
      ? [`Give up, and clean up what was made: lapak tenant remove ${store}`]
      : []),
  ];
}
