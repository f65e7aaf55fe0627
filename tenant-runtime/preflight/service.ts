import { errorMessage } from '../../kernel/errors.ts';
import { shortId } from '../../kernel/ids.ts';
import type { RehearsalAnswer, RehearsalRequest } from '../../kernel/preflight.ts';
import { findOrder, type Order } from '../modules/money/orders/index.ts';
import { type DryRun, type DryRunDeps, inDryRun } from './dry-run.ts';
import { insertProduct, limitWaiting, setPending } from './sql.ts';

export type Rehearsal = {
  /** Plays an order of nobody from its cart to its end, and leaves nothing of it. */
  play(request: RehearsalRequest): Promise<RehearsalAnswer>;
};

/** The largest id that Telegram may ever give; it gives smaller ones. */
const NOBODY = { id: 2 ** 52 - 1, first_name: 'Rehearsal' };
/** One is sold, and so many are left that the admins need not hear of it. */
const UNITS = 6;
const HOUR_MS = 3_600_000;

const answer = (ok: boolean, found: string): RehearsalAnswer => ({ ok, found });

export function createRehearsal(deps: DryRunDeps): Rehearsal {
  let playing = false;

  /** Somebody with an account, a product with stock, a cart and an invoice: as a customer makes them. */
  async function order({ services, tx }: DryRun, { ref, transactionId, amount }: RehearsalRequest) {
    await limitWaiting(tx);
    const { user } = await services.users.recognise(tx, NOBODY);
    const productId = await insertProduct(tx, { code: ref, name: 'Rehearsal', price: amount });
    const goods = Array.from({ length: UNITS }, () => `rehearsal ${shortId()}`);
    await services.stock.add(tx, { id: NOBODY.id, role: 'owner' }, productId, { units: goods, empty: 0, tooLong: 0 });
    await services.cart.put(tx, user.id, productId, 1);
    const method = services.methods.all[0].id;
    const checkout = await services.orders.checkout(tx, user, 1, { method, total: amount });
    if (checkout.kind !== 'created') throw new Error(`the checkout answered ${checkout.kind}`);
    const { id, total } = checkout.order;
    await services.payments.request(tx, { kind: 'order', id }, { ref, userId: user.id, amount: total, method });
    await setPending(tx, ref, transactionId, new Date(deps.clock.now().getTime() + HOUR_MS));
    const left = async () => (await services.stock.counts(tx, productId)).available;
    const now = async (): Promise<Order | undefined> => findOrder(tx, id);
    return { id, goods, left, now };
  }

  async function paid(dryRun: DryRun, request: RehearsalRequest): Promise<RehearsalAnswer> {
    const { services, calls } = dryRun;
    const { id, goods, left, now } = await order(dryRun, request);
    const told = services.gateway.webhook.compose(request);
    const first = await services.receiveWebhook(told);
    if (first !== 'settled') return answer(false, `a webhook for its order was answered "${first}", not "settled"`);
    const second = await services.receiveWebhook(told);
    if (second !== 'already') return answer(false, `the same webhook again was answered "${second}", not "already"`);
    await services.deliveries.deliver(id);
    const got = goods.filter((unit) => calls.some((call) => call.includes(unit)));
    const status = (await now())?.status;
    if (status !== 'delivered' || got.length !== 1) {
      return answer(false, `the order is ${status ?? 'gone'}, with ${got.length} units in the chat`);
    }
    await services.notices.sync({ kind: 'order', id });
    if ((await left()) !== UNITS - 1) return answer(false, `${await left()} units are left of ${UNITS}`);
    return answer(true, 'an order for it was settled once, though told twice, and its goods were delivered');
  }

  async function expired(dryRun: DryRun, request: RehearsalRequest): Promise<RehearsalAnswer> {
    const { services, db } = dryRun;
    const { left, now } = await order(dryRun, request);
    const held = UNITS - (await left());
    dryRun.wait(2 * HOUR_MS);
    const payment = await services.payments.find(db, request.ref);
    const asked = payment && (await services.payments.check(payment, 'reconcile'));
    if (asked?.kind !== 'ended')
      return answer(false, `the gateway was asked after its end: ${asked?.kind ?? 'no payment'}`);
    if (!asked.answered) return answer(false, 'the gateway did not say that no money came');
    const status = (await now())?.status;
    if (held !== 1 || status !== 'expired' || (await left()) !== UNITS) {
      return answer(
        false,
        `the order is ${status ?? 'gone'}, it held ${held} units, ${await left()} of ${UNITS} are back`,
      );
    }
    return answer(true, 'an order for it expired an hour later, and gave back the stock that it held');
  }

  return {
    async play(request) {
      if (playing) return answer(false, 'the store is at another rehearsal');
      playing = true;
      try {
        const played = await inDryRun(deps, (dryRun) => (request.play === 'paid' ? paid : expired)(dryRun, request));
        deps.log.info({ ref: request.ref, play: request.play, ok: played.ok }, 'rehearsed, and rolled back');
        return played;
      } catch (error) {
        return answer(false, `the store failed: ${errorMessage(error).slice(0, 500)}`);
      } finally {
        playing = false;
      }
    },
  };
}
