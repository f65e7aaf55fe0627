import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../../kernel/errors.ts';
import { auditBooks, type Broken, balanceOfBooks } from './books.ts';
import { auditChats } from './chats.ts';
import { type Market, playCustomer } from './customer.ts';
import { createPerson } from './person.ts';
import { CROWD, createPlan, type Plan } from './plan.ts';
import { createSeller, type Seller } from './seller.ts';
import { settle } from './settle.ts';
import { type ChaosStore, EXPIRY_MS, openChaosStore } from './store.ts';
import { rage, type Tally } from './storm.ts';

export type ChaosOptions = {
  seed: number;
  purchases: number;
  /** How long things go wrong; otherwise as long as there are customers. */
  stormMs?: number;
  /** When the run is given up, whatever it is at. */
  limitMs: number;
  say(line: string): void;
  /** Ends it early; everything is cleared up then too. */
  signal?: AbortSignal;
};

export type ChaosReport = {
  mode: Plan['mode'];
  /** What happened to the shop, by kind. */
  troubles: Tally;
  /** Orders that customers had an invoice for, or paid by balance. */
  orders: number;
  books: { what: string; count: number; rupiah: number }[];
  stock: Record<string, number>;
  broken: Broken[];
};

const SAY_EVERY_MS = 5000;
const SETTLE_MS = 150_000;

/** Opens a shop, sells in it while everything breaks, lets it come to rest, and audits its books. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const undos: (() => Promise<unknown>)[] = [];
  const given = AbortSignal.timeout(options.limitMs);
  const gone = options.signal ? AbortSignal.any([given, options.signal]) : given;
  const abandoned = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(new Error(given.aborted ? `the run did not end within ${options.limitMs} ms` : 'the run was interrupted'));
    if (gone.aborted) fail();
    gone.addEventListener('abort', fail, { once: true });
  });
  try {
    return await Promise.race([run(options, gone, (undo) => undos.unshift(undo)), abandoned]);
  } finally {
    for (const undo of undos) {
      await undo().catch((error: unknown) => options.say(`clearing up: ${errorMessage(error)}`));
    }
  }
}

async function run(
  { seed, purchases, stormMs = Number.POSITIVE_INFINITY, say }: ChaosOptions,
  gone: AbortSignal,
  onClose: (undo: () => Promise<unknown>) => void,
): Promise<ChaosReport> {
  const plan = createPlan(seed, purchases);
  const store = await openChaosStore(plan, onClose);
  const { client, bot, db, sandbox, keeper } = store;
  const seller = createSeller(plan, createPerson(store.admin.chatWith(bot), gone, true), store.productIds);
  await seller.stockUp();
  const progress = { orders: 0, people: 0, balance: 0 };
  const tally: Tally = {};
  const reporting = setInterval(() => {
    const troubles = Object.values(tally).reduce((sum, count) => sum + count, 0);
    say(
      `${progress.orders} orders of ${purchases} purchases, ${progress.people} of ${plan.customers.length} customers gone home, ${troubles} troubles`,
    );
  }, SAY_EVERY_MS);
  onClose(async () => clearInterval(reporting));

  let over = false;
  const stormEnds = performance.now() + stormMs;
  const trading = trade(plan, store, seller, progress, gone).finally(() => {
    over = true;
  });
  await Promise.all([trading, rage(store, seed, () => over || gone.aborted || performance.now() > stormEnds, tally)]);
  clearInterval(reporting);
  say('the storm is over, waiting for the shop to come to rest');
  await keeper.open();
  const broken: Broken[] =
    keeper.oddities().length > 0 ? [{ rule: 'the store outlives its troubles', what: [...keeper.oddities()] }] : [];
  await comeBack(plan, store, gone);
  const pendingUpdates = () => sandbox.telegram.bot(bot.id).updates.pending.length;
  const rest = async (rule: string) => {
    const open = await settle(db, pendingUpdates, SETTLE_MS, gone, (waits) => say(`waiting for ${waits.join(', ')}`));
    if (open.length > 0) broken.push({ rule, what: open });
  };
  await rest('once nothing is broken, the shop comes to rest without a restart');
  // The ten minutes after which late money is looked for have passed; and a stop ends what is at work.
  await keeper.strike('SIGTERM', 0);
  await db.query('UPDATE payments SET next_check_at = now() WHERE next_check_at IS NOT NULL');
  await keeper.open();
  await rest('after a restart the shop comes to rest');

  broken.push(...(await auditBooks(db, await client.pakasir.transactions())));
  const staff = [store.admin.id, store.owner.id];
  broken.push(...(await auditChats(db, sandbox, bot.id, staff, seller.given())));
  const stock = await db.query<{ status: string; count: number }>(
    'SELECT status, count(*) AS count FROM stock_units GROUP BY status ORDER BY status',
  );
  return {
    mode: plan.mode,
    troubles: tally,
    orders: progress.orders,
    books: await balanceOfBooks(db),
    stock: {
      given: seller.given().size,
      ...Object.fromEntries(stock.map(({ status, count }) => [status, count])),
    },
    broken,
  };
}

/** Lets all customers and the seller do what they came for. */
async function trade(
  plan: Plan,
  { client, bot }: ChaosStore,
  seller: Seller,
  progress: { orders: number; people: number; balance: number },
  gone: AbortSignal,
): Promise<void> {
  const meanwhile: Promise<unknown>[] = [];
  const market: Market = {
    client,
    products: plan.products,
    expiryMs: EXPIRY_MS,
    favour: seller.favour,
    meanwhile: (work) => {
      // A fault of theirs is thrown when they are waited for.
      work.catch(() => {});
      meanwhile.push(work);
    },
    ordered: () => {
      progress.orders += 1;
    },
    paidByBalance: () => {
      progress.balance += 1;
    },
    closed: () => gone.aborted,
  };
  let shut = false;
  const selling = seller.work(() => shut);
  selling.catch(() => {});
  const queue = [...plan.customers.entries()];
  const serve = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, customer] = next;
      const person = await client.createUser({ id: 1_000_000 + index, firstName: customer.name });
      await playCustomer(market, createPerson(person.chatWith(bot), gone), customer);
      progress.people += 1;
    }
  };
  await Promise.all(Array.from({ length: CROWD }, (_, index) => sleep(index * 100).then(serve)));
  await Promise.all(meanwhile);
  shut = true;
  await selling;
}

/** Whoever left for a while is back: what waits for them can be delivered. Those who left for good are not. */
async function comeBack(plan: Plan, { client, bot }: ChaosStore, gone: AbortSignal): Promise<void> {
  const back = plan.customers.map(async ({ leaves }, index) => {
    if (leaves) return;
    const { id } = { id: 1_000_000 + index };
    const person = await client.createUser({ id, firstName: `Pembeli <b>${index}</b>` });
    const chat = person.chatWith(bot);
    await chat.unblock().catch(() => {});
    await createPerson(chat, gone).until(() => chat.send('/start'), 'Selamat datang');
  });
  await Promise.all(back);
}
