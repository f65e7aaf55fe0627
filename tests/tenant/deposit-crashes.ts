import { afterEach, expect, test } from 'vitest';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { storeForProcesses } from '../support/process-store.ts';
import type { TestStore } from '../support/store.ts';
import type { KillableStore, StartKillable } from '../support/store-inside.ts';

const PLACES = ['invoice.created', 'invoice.sent', 'payment.verified', 'payment.settling', 'payment.settled'];

/** @param start how the store is run, in this process or in one of its own */
export function describeDepositCrashes(start: StartKillable, places: readonly string[] = PLACES): void {
  let shop: TestStore;
  let runtime: KillableStore | undefined;
  afterEach(async () => {
    runtime?.kill('SIGKILL');
    await runtime?.exited;
    runtime = undefined;
    expect(await unbalanced(shop)).toEqual([]);
    await shop.close();
  });

  test.each(places)('killed at %s, the deposit is still credited, once', async (failpoint) => {
    const made = await storeForProcesses();
    shop = made.shop;
    const { env } = made;
    runtime = await start(shop, env, failpoint);
    const { chat, person } = await shop.customer();
    await chat.send('💰 Deposit');
    await chat.waitFor('Deposit Saldo');
    await chat.tap('💠 QRIS');
    await chat.waitFor('Pilih nominalnya');
    await chat.tap('50.000');
    const killedEarly = failpoint.startsWith('invoice.');
    if (killedEarly) {
      expect((await runtime.exited).signal).toBe('SIGKILL');
      runtime = await start(shop, env);
    }
    const ref = /dp\d+-\w+/.exec((await chat.waitFor(/Invoice dp\d+-\w+/, { since: 0 })).text)![0];
    await shop.client.pakasir.pay(ref);
    if (!killedEarly) {
      expect((await runtime.exited).signal).toBe('SIGKILL');
      runtime = await start(shop, env);
    }
    await chat.waitFor('Deposit Rp50.000 sudah masuk', { since: 0 });
    await shop.admin.chatWith(shop.bot).waitFor(/✅ Deposit dp/, { since: 0 });
    expect(await shop.database.db.query('SELECT amount FROM ledger_entries')).toEqual([{ amount: 50_000 }]);
    expect(await balanceOf(shop, person.id)).toBe(50_000);
  });
}
