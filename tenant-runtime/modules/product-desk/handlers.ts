import { Composer } from 'grammy';
import type { Log } from '../../../kernel/log.ts';
import type { StoreContext } from '../../bot/context.ts';
import type { Wizards } from '../../bot/wizards.ts';
import type { Catalog } from '../catalog/index.ts';
import { type Intake, readIntake, type Stock } from '../stock/index.ts';
import { addProductWizard } from './add-product.ts';
import { editProductWizards } from './edit-product.ts';
import { productHandlers } from './products.ts';
import { unitHandlers } from './units.ts';

export type ProductDeskDeps = {
  wizards: Wizards;
  catalog: Catalog;
  stock: Stock;
  /** Downloads a file that was sent to the bot; at most 20 MB, as the Bot API allows. */
  downloadFile(fileId: string): Promise<Uint8Array>;
  log: Log;
};

/** `🛒 Kelola Produk`: products and their stock. */
export function productDeskHandlers(deps: ProductDeskDeps): Composer<StoreContext> {
  const { catalog, stock, wizards } = deps;
  const shelves = { catalog, stock };
  const composer = new Composer<StoreContext>();
  const readGoods = (ctx: StoreContext): Promise<Intake> =>
    readIntake(ctx.message, deps.downloadFile, (err) => deps.log.warn({ err }, 'a file of goods was not downloaded'));
  productHandlers(composer, shelves);
  unitHandlers(composer, shelves);
  addProductWizard(composer, wizards, shelves, readGoods);
  editProductWizards(composer, wizards, shelves, readGoods);
  return composer;
}
