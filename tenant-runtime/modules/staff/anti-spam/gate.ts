import type { Clock } from '../../../../kernel/clock.ts';
import { isStaff, nameOf, type StoreContext, type StoreUser } from '../../../bot/context.ts';
import { type Html, html } from '../../../bot/html.ts';
import type { NotifyAdmins } from '../../shop/users/index.ts';
import { type AntiSpam, createAntiSpam } from './service.ts';

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
  notifyStaff: NotifyAdmins;
  clock: Clock;
}): (ctx: StoreContext) => Promise<boolean> {
  const { clock } = deps;
  const antiSpam = createAntiSpam({ clock });
  // For payment buttons: patient, but not without bound; for buttons that count: more patient still.
  const paymentAntiSpam = createAntiSpam({ clock, limits: { actions: 20 } });
  const quantityAntiSpam = createAntiSpam({ clock, limits: { actions: 60 } });
  const judgeOf = (data: string): AntiSpam =>
    data.startsWith(PAYMENT_BUTTON) ? paymentAntiSpam : QUANTITY_BUTTON.test(data) ? quantityAntiSpam : antiSpam;

  return async (ctx) => {
    if (isStaff(ctx.role) || (!ctx.message && !ctx.callbackQuery)) return true;
    const verdict = judgeOf(ctx.callbackQuery?.data ?? '').judge(
      ctx.user.id,
      ctx.message?.date,
      ctx.message?.media_group_id,
    );
    if (verdict === 'refused_aloud') {
      ctx.send(spamWarning());
      await deps.notifyStaff(ctx.tx, `spam:${ctx.user.id}:${clock.now().getTime()}`, spamReport(ctx.user));
    }
    return verdict === 'admitted';
  };
}
