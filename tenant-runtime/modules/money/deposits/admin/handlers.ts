import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { numbered, paged, turnPages } from '../../../../bot/paging.ts';
import { dateTime } from '../../../../bot/time.ts';
import type { Wizards } from '../../../../bot/wizards.ts';
import type { Audit } from '../../../staff/audit/index.ts';
import { ADMIN_MENU } from '../../../staff/menu/index.ts';
import { customerOf } from '../../orders/index.ts';
import { type Deposits, findDeposit, listDeposits } from '../index.ts';
import { adminCallbacks } from './callbacks.ts';
import { copy, FILTERS, LABELS, reviewKeyboard } from './copy.ts';
import { reviewForms } from './review.ts';

const PAGE = 5;

/** The staff's list of deposits, and their word about transfers. */
export function depositAdminHandlers(deps: {
  deposits: Deposits;
  audit: Audit;
  wizards: Wizards;
  /** What people call a way to pay. */
  labelOf(method: string): string;
  timeZone: string;
}): Composer<StoreContext> {
  const { deposits } = deps;
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();

  adminCallbacks.on(composer, 'list', async (ctx, at, asked) => {
    const filter = FILTERS[at] ?? FILTERS[0];
    const list = await paged(asked, PAGE, (window) => listDeposits(ctx.tx, filter?.status, window));
    const keyboard = numbered(list.items, ({ id }) => adminCallbacks.pack('open', id));
    turnPages(keyboard, list, (page) => adminCallbacks.pack('list', at, page)).row();
    FILTERS.forEach(({ label }, index) => {
      if (index % 3 === 0) keyboard.row();
      if (index !== at) keyboard.text(label, adminCallbacks.pack('list', index, 0));
    });
    keyboard.row().text(ADMIN_MENU.text, ADMIN_MENU.data);
    ctx.show(copy.list(list, filter?.label ?? '', time, deps.labelOf), { keyboard });
  });

  adminCallbacks.on(composer, 'open', async (ctx, depositId) => {
    const deposit = await findDeposit(ctx.tx, depositId);
    if (!deposit) return ctx.toast(copy.gone, { alert: true });
    const proof = await deposits.proofOf(ctx.tx, depositId);
    const keyboard = deposit.status === 'awaiting_review' ? reviewKeyboard(depositId).row() : new InlineKeyboard();
    const customer = await customerOf(ctx.tx, deposit.userId);
    ctx.show(copy.detail(deposit, customer, proof, time, deps.labelOf(deposit.method)), {
      keyboard: keyboard.text(LABELS.backToList, adminCallbacks.pack('list', 0, 0)),
      ...(proof?.photo ? { photo: proof.photo } : proof?.document ? { document: proof.document } : {}),
    });
  });

  reviewForms(composer, deps);
  return composer;
}
