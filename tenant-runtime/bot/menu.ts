import { Keyboard } from 'grammy';
import { isStaff, type Role } from './context.ts';

/** Labels of the reply keyboard. Pressing one sends its text, which leaves any wizard. */
export const MENU = {
  products: '🛍 Semua Produk',
  stock: '🏷 Cek Stok',
  deposit: '💰 Deposit',
  info: 'ℹ️ Informasi',
  howToOrder: '📘 Cara Order',
  admin: '⚙️ Admin Settings',
} as const;

export const CANCEL = '❌ Batal';

/** The reply keyboard below the chat; staff have the button of their menu. */
export function mainMenu(role: Role): Keyboard {
  const keyboard = new Keyboard()
    .text(MENU.products)
    .text(MENU.stock)
    .row()
    .text(MENU.deposit)
    .text(MENU.info)
    .row()
    .text(MENU.howToOrder);
  if (isStaff(role)) keyboard.text(MENU.admin);
  return keyboard.resized().persistent();
}
