import { setTimeout as sleep } from 'node:timers/promises';
import { type ChaosStore, PROJECT } from './store.ts';
import { type Trouble, troubles } from './troubles.ts';

export type Tally = Record<string, number>;

const LONGEST_START_MS = 15_000;

/** Lets troubles happen until `over`, one after the other. Resolves once nothing is broken any more. */
export async function rage(store: ChaosStore, seed: number, over: () => boolean, tally: Tally): Promise<void> {
  for (const { afterMs, trouble } of troubles(seed)) {
    await sleep(afterMs);
    if (over()) break;
    const name = nameOf(trouble);
    tally[name] = (tally[name] ?? 0) + 1;
    await happen(store, trouble);
    // A store that is killed while it starts sells nothing; on a busy machine the start takes longer than the storm.
    if (trouble.kind !== 'fault' && trouble.kind !== 'sandbox_mode')
      await Promise.race([store.keeper.open(), sleep(LONGEST_START_MS, undefined, { ref: false })]);
  }
  await store.client.faults.clear();
}

async function happen({ client, cluster, keeper, sandbox, bot }: ChaosStore, trouble: Trouble): Promise<void> {
  switch (trouble.kind) {
    case 'store':
      return keeper.strike(trouble.signal, trouble.downMs);
    case 'postgres':
      await (trouble.how === 'kill' ? cluster.kill() : cluster.stop());
      await sleep(trouble.downMs);
      return cluster.start();
    case 'fault':
      await client.faults.add(trouble.rule);
      return;
    case 'sandbox_mode': {
      await client.pakasir.createProject({ ...PROJECT, sandbox: true });
      await sleep(trouble.forMs);
      await client.pakasir.createProject({ ...PROJECT, sandbox: false });
      for (const { sandbox: moneyless, status, txnId } of await client.pakasir.transactions()) {
        if (moneyless && status === 'pending') await client.pakasir.pay(txnId);
      }
      return;
    }
    case 'repeated_updates': {
      const { updates } = sandbox.telegram.bot(bot.id);
      for (const { update, chatId } of updates.pending.slice(0, 10)) updates.inject(update, chatId);
    }
  }
}

function nameOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'store':
      return `store ${trouble.signal}`;
    case 'postgres':
      return `postgres ${trouble.how}`;
    case 'fault':
      return `${trouble.rule.target} ${trouble.rule.kind}`;
    case 'sandbox_mode':
      return 'sandbox mode';
    case 'repeated_updates':
      return 'updates repeated';
  }
}
