import { isStaff, type StoreContext } from './context.ts';
import { type Html, html } from './html.ts';

const TOAST = 'Menu ini khusus admin ya 🙏';
const OWNER_TOAST = 'Menu ini khusus owner ya 🙏';

export const staffOnly = (): Html =>
  html`🙏 Menu ini khusus admin toko ya. Yuk, lihat-lihat produk lewat menu di bawah.`;

/** True for staff; anybody else who pressed a button of theirs is told so. Admins change: an old screen stays. */
export function admitStaff(ctx: StoreContext): boolean {
  if (isStaff(ctx.role)) return true;
  ctx.toast(TOAST, { alert: true });
  return false;
}

/** The same for what only owners see. */
export function admitOwner(ctx: StoreContext): boolean {
  if (ctx.role === 'owner') return true;
  ctx.toast(OWNER_TOAST, { alert: true });
  return false;
}
