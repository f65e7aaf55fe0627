import type { Clock } from '../../../../kernel/clock.ts';
import { isStaff, nameOf, type StoreContext, type StoreUser } from '../../../bot/context.ts';
import { type Html, html } from '../../../bot/html.ts';
import type { NotifyAdmins } from '../../shop/users/index.ts';
import type { AntiSpam } from './service.ts';

const spamWarning = (): Html => html`🚫 Jangan spam ya, tindakanmu akan dilaporkan ke admin.`;

const spamReport = (user: StoreUser): Html =>
  html`🚨 <b>Laporan spam</b>

👤 ${nameOf(user)}${user.username ? ` (@${user.username})` : ''}
🆔 <code>${user.id}</code>

Mengirim terlalu banyak tindakan dalam waktu singkat.`;

/** Buttons that pay: pressing one a few times out of worry about money is not spam. */
const PAYMENT_BUTTON = 'pay:';
/** Buttons that count up and down: six quick taps are six pieces. */
const QUANTITY_BUTTON = /^(cat|cart):step:/;

/** Says whether an update goes on to its handler. A refusal is answered, and reported to the admins, by itself. */
export function antiSpamGate(deps: {
  antiSpam: AntiSpam;
  /** For payment buttons: patient, but not without bound. */
  paymentAntiSpam: AntiSpam;
  /** For buttons that count: more patient still. */
  quantityAntiSpam: AntiSpam;
  notifyStaff: NotifyAdmins;
  clock: Clock;
}): (ctx: StoreContext) => Promise<boolean> {
  const judgeOf = (data: string): AntiSpam =>
    data.startsWith(PAYMENT_BUTTON)
      ? deps.paymentAntiSpam
      : QUANTITY_BUTTON.test(data)
        ? deps.quantityAntiSpam
        : deps.antiSpam;

  return async (ctx) => {
    if (isStaff(ctx.role) || (!ctx.message && !ctx.callbackQuery)) return true;
    const verdict = judgeOf(ctx.callbackQuery?.data ?? '').judge(
      ctx.user.id,
      ctx.message?.date,
      ctx.message?.media_group_id,
    );
    if (verdict === 'refused_aloud') {
      ctx.say(spamWarning());
      await deps.notifyStaff(ctx.tx, `spam:${ctx.user.id}:${deps.clock.now().getTime()}`, spamReport(ctx.user));
    }
    return verdict === 'admitted';
  };
}
