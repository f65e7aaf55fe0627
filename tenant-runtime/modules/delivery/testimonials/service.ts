import type { Clock } from '../../../../kernel/clock.ts';
import type { Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import { nameOf } from '../../../bot/context.ts';
import { dateTime } from '../../../bot/time.ts';
import { customerOf, linesOf, type Order } from '../../money/orders/index.ts';
import type { Audit } from '../../staff/audit/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { OwnerEvents } from '../owner-events/index.ts';
import { salePost, switchedOff } from './copy.ts';
import { dropChannel, findChannel } from './sql.ts';

export type Testimonials = {
  /** Queues the post of a sale behind everything else, if a channel is set; in the transaction that makes the order paid. */
  post(tx: Tx, order: Order): Promise<void>;
  /** Forgets the channel that refuses posts, and tells the sellers, once. Any other chat is nothing to it. */
  switchOff(tx: Tx, chatId: number, reason: string): Promise<void>;
};

export function createTestimonials(deps: {
  outbox: Pick<Outbox, 'sendToMany' | 'notifyAdmins'>;
  owners: Pick<OwnerEvents, 'notify'>;
  audit: Audit;
  storeName: string;
  timeZone: string;
  clock: Clock;
}): Testimonials {
  const time = dateTime(deps.timeZone);
  return {
    async post(tx, order) {
      const channel = await findChannel(tx);
      if (!channel) return;
      const items = await linesOf(tx, order.id);
      const buyer = nameOf(await customerOf(tx, order.userId));
      const text = salePost(buyer, items, deps.storeName, time(order.paidAt ?? deps.clock.now()));
      await deps.outbox.sendToMany(tx, [{ chatId: channel.chatId, cause: `testimonial:order:${order.id}` }], text);
    },

    async switchOff(tx, chatId, reason) {
      const channel = await dropChannel(tx, chatId);
      if (!channel) return;
      await deps.audit.record(tx, {
        actor: 'system',
        action: 'testimonial.switched_off',
        target: `channel:${chatId}`,
        before: { channel: channel.title },
        after: { reason },
      });
      const cause = `testimonial:off:${shortId()}`;
      const text = switchedOff(channel, reason);
      await deps.outbox.notifyAdmins(tx, cause, text);
      await deps.owners.notify(tx, { cause, kind: 'configuration', severity: 'warn', text });
    },
  };
}
