import { setTimeout as delay } from 'node:timers/promises';
import { ROUTES } from '../control-plane/api/contract/index.ts';
import type { Client } from './api/client.ts';
import type { Context } from './context.ts';
import { CliError, EXIT, type ExitCode, interrupted } from './exit.ts';
import type { WaitOption } from './follow.ts';
import { changeText, progressText, type ShownRollout, type ShownStore, storeLine } from './output/rollout.ts';

const LOOK_EVERY_MS = 1_000;
/** A rollout outlives its control plane's restart: watching goes on for this long without one. */
const GIVE_UP_AFTER_MS = 60_000;
const MOST_FAILED = 20;

/** States in which nothing goes on by itself. */
const RESTING: ReadonlySet<string> = new Set(['halted', 'succeeded', 'aborted', 'reverted']);

/** Shows how a rollout goes on until it rests. Ctrl-C ends the watching, never the rollout. */
async function follow({ output }: Context, client: Client, rollout: ShownRollout): Promise<ShownRollout> {
  const spinner = output.live ? (await import('ora')).default({ discardStdin: false }).start() : undefined;
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  let latest = rollout;
  let told = '';
  let heard = Date.now();
  try {
    for (;;) {
      const text = progressText(latest);
      if (spinner) spinner.text = text;
      else if (text !== told) output.note(`… ${text}`);
      told = text;
      if (RESTING.has(latest.state) && (latest.state === 'halted' || latest.finishedAt !== null)) return latest;
      await delay(LOOK_EVERY_MS, undefined, { signal: stop.signal });
      try {
        latest = await client.call(ROUTES.showRollout, { params: { id: rollout.id } });
        heard = Date.now();
      } catch (error) {
        const away = error instanceof CliError && error.exit === EXIT.unreachable;
        if (!away || Date.now() - heard > GIVE_UP_AFTER_MS) throw error;
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    spinner?.stop();
    throw interrupted('\nNo longer watching; the rollout goes on.', [
      `Watch it again: lapak rollout watch ${rollout.id}`,
      `Stop it: lapak rollout pause ${rollout.id}`,
    ]);
  } finally {
    process.off('SIGINT', onInterrupt);
    spinner?.stop();
  }
}

/** Ends a command that set a rollout going: follows it (unless `--no-wait`), prints how it rests, and what can be done then. */
export async function finishRollout(
  context: Context,
  client: Client,
  begun: ShownRollout,
  { wait }: WaitOption,
): Promise<ExitCode> {
  const { output } = context;
  if (!wait) {
    output.result({ rollout: begun }, () => begun.id);
    if (!output.json) output.note(`The rollout goes on. Watch it: lapak rollout watch ${begun.id}`);
    return EXIT.done;
  }
  if (!output.json) output.note(`Rollout ${begun.id}: ${changeText(begun)}`);
  const rollout = await follow(context, client, begun);
  const failed = rollout.counts.failed > 0 ? await failedStores(client, rollout.id) : [];
  const good = (rollout.state === 'succeeded' || rollout.state === 'reverted') && rollout.counts.failed === 0;
  output.result({ rollout, failed }, () => summary(context, rollout, failed, good));
  if (rollout.state === 'halted' && !output.json) {
    for (const line of nextCommands(rollout)) output.note(`  ${output.noteStyle('dim', '→')} ${line}`);
  }
  return good ? EXIT.done : EXIT.failed;
}

async function failedStores(client: Client, id: string): Promise<ShownStore[]> {
  const query = { state: 'failed', limit: MOST_FAILED };
  return (await client.call(ROUTES.listRolloutStores, { params: { id }, query })).stores;
}

function summary({ output }: Context, rollout: ShownRollout, failed: readonly ShownStore[], good: boolean): string {
  const { counts, state, reason, id } = rollout;
  const parts = Object.entries(counts).filter(([, number]) => number > 0);
  const stores = parts.map(([name, number]) => `${number} ${name}`).join(', ');
  const mark = good ? output.style('green', '✓') : output.style('red', '✗');
  const lines = [`${mark} rollout ${id} ${state}: ${stores}`];
  if (reason !== null && state === 'halted') lines.push(`  ${reason}`);
  for (const each of failed) lines.push(`  ${storeLine(each)}`);
  if (counts.failed > failed.length) lines.push(`  and ${counts.failed - failed.length} more`);
  return lines.join('\n');
}

function nextCommands({ id, change }: ShownRollout): string[] {
  const back =
    change.kind === 'restart' || change.kind === 'backup'
      ? []
      : [`Bring back what is done: lapak rollout revert ${id}`];
  return [
    `Once the cause is fixed, go on: lapak rollout resume ${id}`,
    ...back,
    `Leave it as it is: lapak rollout abort ${id}`,
  ];
}
