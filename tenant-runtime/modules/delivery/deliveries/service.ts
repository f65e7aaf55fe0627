import type { Api } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Tx } from '../../../../kernel/db.ts';
import { errorMessage } from '../../../../kernel/errors.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Jobs } from '../../../../kernel/jobs.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Html } from '../../../bot/html.ts';
import { attempt } from '../../../bot/telegram.ts';
import { findOrder, linesOf, type Order, setDelivered } from '../../money/orders/index.ts';
import type { Stock } from '../../shop/stock/index.ts';
import { type Composition, captionOf, compose, copyable } from './compose.ts';
import { copy } from './copy.ts';
import { createPlacing, type Part } from './place.ts';
import {
  countAttempt,
  findDelivery,
  insertDelivery,
  messagesOf,
  pendingOrders,
  reopen,
  reviveBlocked,
  reviveRefused,
  setStatus,
} from './sql.ts';
import { goodsHidden } from './sql-settings.ts';

export type Deliveries = {
  /** Queues the delivery of an order, in the transaction that makes it paid. */
  enqueue(tx: Tx, orderId: number): Promise<void>;
  /**
   * Brings the goods into the chat. May be killed and begun again at any point: a message is first sent without goods and
   * its id recorded, and only then edited to hold them, which may be repeated.
   */
  deliver(orderId: number): Promise<void>;
  /** Takes up deliveries that waited for a user who had blocked the bot. */
  resumeFor(tx: Tx, userId: number): Promise<void>;
  /** Takes up deliveries that waited for the seller to send a file of this product anew. */
  resumeRefused(tx: Tx, productId: number): Promise<void>;
  /**
   * Sends the goods of a paid order once more, as new messages; false while they are on their way already and nothing has
   * gone wrong. One that fails again and again is begun anew at once. Nothing else that a delivery brings is repeated: no
   * terms, no notices.
   */
  resend(tx: Tx, orderId: number): Promise<boolean>;
  /** Queues every delivery that is not ended again, after a start. */
  recover(tx: Tx): Promise<void>;
};

/** Attempts, about a minute of them, after which somebody should look. */
const STUCK_AFTER = 6;

export function createDeliveries(deps: {
  db: Db;
  api: Api;
  stock: Stock;
  jobs: Pick<Jobs<'delivery'>, 'send'>;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  /** The message above the goods, from the template of the shop. */
  header(order: Order): Promise<Html>;
  /** Called in the transaction that ends a delivery: notices, terms. */
  onDelivered(tx: Tx, order: Order): Promise<void>;
  /** Called once when a delivery has failed again and again; it goes on being tried. */
  onStuck(tx: Tx, order: Order, reason: string): Promise<void>;
  /** Called in the transaction that finds the customer unreachable. */
  onUnreachable(tx: Tx, userId: number): Promise<void>;
  /** Called when a file of the goods waits for the seller, since Telegram does not give it out. */
  onFileRefused(tx: Tx, order: Order, reason: string): Promise<void>;
  /** Called after it when the goods wait for the customer to come back. */
  onBlocked(tx: Tx, order: Order): Promise<void>;
}): Deliveries {
  const { db, failpoint } = deps;

  const isResent = (order: Order): boolean => order.deliveredAt !== null;
  const { place } = createPlacing({
    ...deps,
    placeholder: (order) => (isResent(order) ? copy.resending(order.ref) : copy.placeholder(order.ref)),
    fileName: (order) => copy.file(order.ref),
    fileLater: (order) => copy.fileLater(order.ref),
    copyLabel: copy.copyGoods,
  });

  async function partsOf(order: Order): Promise<Part[]> {
    const [items, units, hidden, header] = await Promise.all([
      linesOf(db, order.id),
      deps.stock.contentsOf(db, order.id),
      goodsHidden(db),
      isResent(order) ? copy.resent(order.ref) : deps.header(order),
    ]);
    const bought = items.map((line) => ({
      product: line.name,
      units: units.filter((unit) => unit.productId === line.productId),
    }));
    const texts = bought.flatMap(({ product, units: all }) => {
      const contents = all.filter((unit) => !unit.file).map((unit) => unit.content);
      return contents.length > 0 ? [{ product, contents }] : [];
    });
    const files = bought.flatMap(({ product, units: all }) =>
      all.flatMap(({ file }) =>
        file ? [{ kind: file.kind, caption: captionOf(product, file), fileId: file.fileId }] : [],
      ),
    );
    const composition: Composition = compose(header, texts, hidden);
    if (composition.kind === 'messages') {
      const copied = copyable(texts);
      const offered = copied === undefined ? {} : { copied };
      return [...composition.bodies.map((body) => ({ kind: 'text', body, ...offered }) as const), ...files];
    }
    const { caption, text } = composition;
    return [{ kind: 'file', caption, text, name: copy.file(order.ref) }, ...files];
  }

  async function run(order: Order): Promise<void> {
    failpoint('delivery.begun');
    const parts = await partsOf(order);
    const known = await messagesOf(db, order.id);
    let refused: string | undefined;
    for (const [index, part] of parts.entries()) {
      const message = known.get(index);
      if (message?.filled) continue;
      const placed = await place(order, index, part, message?.messageId);
      if (placed.kind === 'unreachable') {
        await db.tx((tx) => giveUp(tx, order));
        return;
      }
      if (placed.kind === 'refused') refused = placed.reason;
    }
    if (refused !== undefined) {
      const reason = refused;
      deps.log.warn({ ref: order.ref, reason }, 'a file of the goods waits for the seller');
      await db.tx(async (tx) => {
        await setStatus(tx, order.id, 'refused', deps.clock.now());
        await deps.onFileRefused(tx, order, reason);
      });
      return;
    }
    failpoint('delivery.placed');
    const at = deps.clock.now();
    await db.tx(async (tx) => {
      await setStatus(tx, order.id, 'delivered', at);
      if (isResent(order)) return;
      await setDelivered(tx, order.id, at);
      await deps.onDelivered(tx, { ...order, status: 'delivered', deliveredAt: at });
    });
    failpoint('delivery.ended');
    deps.log.info({ ref: order.ref }, 'order delivered');
  }

  /** The customer has blocked the bot. What was only sent once more is theirs already and can be asked for again. */
  async function giveUp(tx: Tx, order: Order): Promise<void> {
    if (isResent(order)) {
      await setStatus(tx, order.id, 'delivered', deps.clock.now());
      return deps.onUnreachable(tx, order.userId);
    }
    await setStatus(tx, order.id, 'blocked', deps.clock.now());
    await deps.onUnreachable(tx, order.userId);
    await deps.onBlocked(tx, order);
  }

  async function noteFailure(order: Order, reason: string): Promise<void> {
    await db.tx(async (tx) => {
      if ((await countAttempt(tx, order.id, reason)) === STUCK_AFTER) await deps.onStuck(tx, order, reason);
    });
  }

  /** Messages that promised goods which others bring now. One that stays says nothing wrong. */
  async function removeEmpty(chatId: number, messageIds: readonly number[]): Promise<void> {
    for (const id of messageIds) {
      const gone = await attempt(() => deps.api.deleteMessage(chatId, id));
      if (gone.kind !== 'ok') deps.log.info({ outcome: gone }, 'an empty message of a delivery stays');
    }
  }

  return {
    async enqueue(tx, orderId) {
      await insertDelivery(tx, orderId);
      await deps.jobs.send(tx, 'delivery', { orderId });
    },
    async deliver(orderId) {
      const held = await db.withLock(`delivery:${orderId}`, async () => {
        const delivery = await findDelivery(db, orderId);
        const order = await findOrder(db, orderId);
        if (!order || delivery?.status !== 'pending') return true;
        try {
          await run(order);
        } catch (error) {
          await noteFailure(order, errorMessage(error));
          throw error;
        }
        return true;
      });
      if (!held) throw new Error('another process is at this delivery');
    },
    async resumeFor(tx, userId) {
      for (const orderId of await reviveBlocked(tx, userId)) await deps.jobs.send(tx, 'delivery', { orderId });
    },
    async resumeRefused(tx, productId) {
      for (const orderId of await reviveRefused(tx, productId)) await deps.jobs.send(tx, 'delivery', { orderId });
    },
    async recover(tx) {
      // The store may have its former bot back, which knows the files.
      await reviveRefused(tx, null);
      for (const orderId of await pendingOrders(tx)) await deps.jobs.send(tx, 'delivery', { orderId });
    },
    async resend(tx, orderId) {
      const order = await findOrder(tx, orderId);
      const empty = order && (await reopen(tx, orderId));
      if (!empty) return false;
      tx.afterCommit(() => void removeEmpty(order.userId, empty));
      await deps.jobs.send(tx, 'delivery', { orderId });
      return true;
    },
  };
}
