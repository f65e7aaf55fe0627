import { Composer } from 'grammy';
import type { Log } from '../../../../../../kernel/log.ts';
import type { Attachment } from '../../../../../bot/attachments.ts';
import type { StoreContext } from '../../../../../bot/context.ts';
import type { Wizards } from '../../../../../bot/wizards.ts';
import { type Intake, listFile, readIntake } from '../../../stock/index.ts';
import { addProductWizard } from './add-product.ts';
import { WIZARD } from './callbacks.ts';
import { categoryHandlers } from './category.ts';
import { editProductWizards } from './edit-product.ts';
import { endlessHandlers } from './endless.ts';
import { createGoods } from './goods.ts';
import { photoWizard } from './photo.ts';
import { pricesHandlers } from './prices.ts';
import { productHandlers } from './products.ts';
import type { ProductAdminServices } from './screens.ts';
import { unitHandlers } from './units.ts';

export type ProductAdminDeps = ProductAdminServices & {
  wizards: Wizards;
  log: Log;
};

/** `🛒 Kelola Produk`: products and their stock. */
export function productAdminHandlers(deps: ProductAdminDeps): Composer<StoreContext> {
  const { wizards, ...services } = deps;
  const composer = new Composer<StoreContext>();
  const readGoods = async (ctx: StoreContext): Promise<Intake> =>
    readIntake(
      ctx.message,
      (fileId) => bytesOf(ctx.attachment, fileId),
      (err) => deps.log.warn({ err }, 'a file of goods was not downloaded'),
    );
  for (const wizard of [WIZARD.add, WIZARD.restock]) wizards.needsFile(wizard, listFile);
  productHandlers(composer, services);
  unitHandlers(composer, services);
  const goods = createGoods(composer, wizards, readGoods);
  addProductWizard(composer, wizards, services, goods);
  editProductWizards(composer, wizards, services, goods);
  categoryHandlers(composer, services);
  photoWizard(composer, wizards, services);
  endlessHandlers(composer, wizards, services);
  pricesHandlers(composer, wizards, services);
  return composer;
}

/** The fetched file, if it is the one that the message names: the form may have been opened since. */
function bytesOf(attachment: Attachment | undefined, fileId: string): Uint8Array {
  if (attachment?.fileId !== fileId) throw new Error('the file of a form was not fetched');
  return attachment.bytes();
}
