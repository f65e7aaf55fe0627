import type { Clock } from '../../../kernel/clock.ts';
import { isStaff, type StoreContext } from '../../bot/context.ts';
import type { NotifyAdmins } from '../users/index.ts';
import { spamReport, spamWarning } from './copy.ts';
import type { AntiSpam } from './service.ts';

/** Buttons that pay: pressing one a few times out of worry about money is not spam. */
const PAYMENT_BUTTON = 'pay:';

/** Says whether an update goes on to its handler. A refusal is answered, and reported to the admins, by itself. */
export function antiSpamGate(deps: {
  antiSpam: AntiSpam;
  /** For payment buttons: patient, but not without bound. */
  paymentAntiSpam: AntiSpam;
  notifyStaff: NotifyAdmins;
  clock: Clock;
}): (ctx: StoreContext) => Promise<boolean> {
  return async (ctx) => {
    if (isStaff(ctx.role) || (!ctx.message && !ctx.callbackQuery)) return true;
    const paying = ctx.callbackQuery?.data?.startsWith(PAYMENT_BUTTON) ?? false;
    const verdict = (paying ? deps.paymentAntiSpam : deps.antiSpam).judge(ctx.user.id, ctx.message?.date);
    if (verdict === 'refused_aloud') {
      ctx.say(spamWarning());
      await deps.notifyStaff(ctx.tx, `spam:${ctx.user.id}:${deps.clock.now().getTime()}`, spamReport(ctx.user));
    }
    return verdict === 'admitted';
  };
}
