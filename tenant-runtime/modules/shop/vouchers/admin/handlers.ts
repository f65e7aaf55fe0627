import { Composer, InlineKeyboard } from 'grammy';
import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import { numbered, turnPages } from '../../../../bot/paging.ts';
import { dateTime } from '../../../../bot/time.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import { ADMIN_MENU } from '../../../staff/menu/index.ts';
import { parseVouchers, type Vouchers } from '../index.ts';
import { copy, LABELS } from './copy.ts';

const adminCallbacks = defineStaffCallbacks('vch', {
  list: ['page'],
  open: ['voucherId'],
  add: [],
  // What the button promised: pressed twice, it switches once.
  on: ['voucherId'],
  off: ['voucherId'],
});

const WIZARD = 'voucher-desk.add';

/** The button that leads here from the admin menu. */
export const VOUCHER_ADMIN = { text: '🎟️ Kelola Voucher', data: adminCallbacks.pack('list', 0) } as const;

/** The staff's list of vouchers: making them, and switching them on and off. */
export function voucherAdminHandlers(deps: {
  vouchers: Vouchers;
  wizards: Wizards;
  timeZone: string;
}): Composer<StoreContext> {
  const { vouchers, wizards } = deps;
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();

  adminCallbacks.on(composer, 'list', async (ctx, asked) => {
    const list = await vouchers.list(ctx.tx, asked);
    const keyboard = numbered(list.items, ({ id }) => adminCallbacks.pack('open', id));
    turnPages(keyboard, list, (page) => adminCallbacks.pack('list', page));
    keyboard.row().text(LABELS.add, adminCallbacks.pack('add')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
    ctx.show(copy.list(list, vouchers.today()), { keyboard });
  });

  async function open(ctx: StoreContext, voucherId: number): Promise<void> {
    const voucher = await vouchers.find(ctx.tx, voucherId);
    if (!voucher) return ctx.toast(copy.gone, { alert: true });
    const { active, id } = voucher;
    const keyboard = new InlineKeyboard()
      .text(active ? LABELS.off : LABELS.on, adminCallbacks.pack(active ? 'off' : 'on', id))
      .row()
      .text(LABELS.back, VOUCHER_ADMIN.data);
    ctx.show(copy.detail(voucher, vouchers.today(), time), { keyboard });
  }
  adminCallbacks.on(composer, 'open', open);

  async function turn(ctx: StoreContext, voucherId: number, active: boolean): Promise<void> {
    const switched = await vouchers.setActive(ctx.tx, actorOf(ctx), voucherId, active);
    ctx.toast(switched ? copy.switched(active) : copy.notSwitched(active));
    await open(ctx, voucherId);
  }
  adminCallbacks.on(composer, 'on', (ctx, voucherId) => turn(ctx, voucherId, true));
  adminCallbacks.on(composer, 'off', (ctx, voucherId) => turn(ctx, voucherId, false));

  const askKeyboard = () => cancelKeyboard(new InlineKeyboard().text(LABELS.back, VOUCHER_ADMIN.data).row());

  adminCallbacks.on(composer, 'add', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD, step: 'lines', data: {} });
    ctx.show(copy.ask(vouchers.today()), { keyboard: askKeyboard() });
  });

  wizards.defineForStaff(WIZARD, async (ctx) => {
    const text = ctx.message?.text;
    if (text === undefined) return askAgain(ctx, copy.textPlease, copy.ask(vouchers.today()), askKeyboard());
    const parsed = parseVouchers(text, vouchers.today());
    const problems = parsed.ok ? await vouchers.create(ctx.tx, actorOf(ctx), parsed.drafts) : parsed.problems;
    if (problems.length > 0) {
      return askAgain(ctx, copy.problems(problems), copy.ask(vouchers.today()), askKeyboard());
    }
    await wizards.end(ctx);
    const codes = parsed.ok ? parsed.drafts.map(({ code }) => code) : [];
    ctx.send(copy.created(codes), { keyboard: new InlineKeyboard().text(LABELS.back, VOUCHER_ADMIN.data) });
  });

  return composer;
}
