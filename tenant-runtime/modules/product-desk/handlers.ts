import { Composer } from 'grammy';
import type { Log } from '../../../kernel/log.ts';
import type { StoreContext } from '../../bot/context.ts';
import type { Wizards } from '../../bot/wizards.ts';
import { type Intake, readIntake } from '../stock/index.ts';
import { addProductWizard } from './add-product.ts';
import { categoryHandlers } from './category.ts';
import { editProductWizards } from './edit-product.ts';
import { createGoods } from './goods.ts';
import { photoWizard } from './photo.ts';
import { productHandlers } from './products.ts';
import type { Shelves } from './screens.ts';
import { unitHandlers } from './units.ts';

export type ProductDeskDeps = Shelves & {
  wizards: Wizards;
  /** Downloads a file that was sent to the bot; at most 20 MB, as the Bot API allows. */
  downloadFile(fileId: string): Promise<Uint8Array>;
  log: Log;
};

/** `🛒 Kelola Produk`: products and their stock. */
export function productDeskHandlers(deps: ProductDeskDeps): Composer<StoreContext> {
  const { wizards, ...shelves } = deps;
  const composer = new Composer<StoreContext>();
  const readGoods = (ctx: StoreContext): Promise<Intake> =>
    readIntake(ctx.message, deps.downloadFile, (err) => deps.log.warn({ err }, 'a file of goods was not downloaded'));
  productHandlers(composer, shelves);
  unitHandlers(composer, shelves);
  const goods = createGoods(composer, wizards, readGoods);
  addProductWizard(composer, wizards, shelves, goods);
  editProductWizards(composer, wizards, shelves, goods);
  categoryHandlers(composer, shelves);
  photoWizard(composer, wizards, shelves);
  return composer;
}
