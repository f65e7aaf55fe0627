import { Composer } from 'grammy';
import { isStaff, type StoreContext } from '../../../bot/context.ts';
import type { Deliveries } from '../deliveries/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { Notices } from './service.ts';

/** Somebody who comes back after blocking the bot gets what was waiting for them, staff also what they missed. */
export function returningHandlers(deps: {
  deliveries: Pick<Deliveries, 'resumeFor'>;
  notices: Pick<Notices, 'resumeFor'>;
  outbox: Pick<Outbox, 'catchUp'>;
}): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  async function resume({ tx, user, role }: StoreContext): Promise<void> {
    await deps.deliveries.resumeFor(tx, user.id);
    if (isStaff(role)) await deps.outbox.catchUp(tx, user.id, await deps.notices.resumeFor(tx, user.id));
  }
  composer.command('start', async (ctx, next) => {
    await resume(ctx);
    await next();
  });
  composer.on('my_chat_member', async (ctx, next) => {
    if (ctx.myChatMember.new_chat_member.status === 'member') await resume(ctx);
    await next();
  });
  return composer;
}
