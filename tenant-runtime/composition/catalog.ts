import { createChannelConnection, TESTIMONIALS, testimonialsPart } from '../modules/delivery/testimonials/index.ts';
import { createCart } from '../modules/shop/cart/index.ts';
import {
  catalogCallbacks,
  categoriesPart,
  createCatalog,
  createCategories,
  createLastScreens,
  createSearches,
  productsPart,
} from '../modules/shop/catalog/index.ts';
import { createRestockWatches } from '../modules/shop/restock-watch/index.ts';
import { createStock } from '../modules/shop/stock/index.ts';
import { createTerms } from '../modules/shop/terms/index.ts';
import { createVouchers, vouchersPart } from '../modules/shop/vouchers/index.ts';
import { calculatorPart, createCalculator } from '../modules/staff/calculator/index.ts';
import { createConfiguration, createRestore, createSnapshots } from '../modules/staff/configuration/index.ts';
import { createCharts, createStatistics } from '../modules/staff/statistics/index.ts';
import {
  createTemplateEditor,
  createTemplates,
  templateEditors,
  templateRolledBack,
  templatesPart,
} from '../modules/staff/templates/index.ts';
import type { PlatformServices } from './platform.ts';

/** What the shop sells, says and is set to, and the cart that customers fill from it. */
export function composeCatalog(platform: PlatformServices) {
  const { config, key, audit, outbox, owners, clock, logOf } = platform;
  const { env } = config;

  const templates = createTemplates({
    ...platform,
    onRollback: (tx, { key, problem }) =>
      owners.tell(tx, {
        cause: `template:${key}:${clock.now().getTime()}`,
        kind: 'configuration',
        severity: 'warn',
        text: templateRolledBack(key, problem.kind === 'refused'),
      }),
  });
  const terms = createTerms({ ...platform, templates, retentionDays: env.SNK_RETENTION_DAYS });
  const watches = createRestockWatches({
    outbox,
    openProduct: (id) => catalogCallbacks.pack('product', id, 1, 0, 0),
  });
  const mayEdit = templateEditors(env.TEMPLATE_EDITORS);
  // In the order in which they are put back: rows are locked so, and products belong to categories.
  const parts = [
    templatesPart(mayEdit),
    calculatorPart(mayEdit),
    vouchersPart,
    categoriesPart,
    productsPart({ onActivated: watches.tell }),
    testimonialsPart,
  ];
  const snapshots = createSnapshots({ parts, clock });
  const configuration = createConfiguration({ audit, owners, snapshots });
  const restore = createRestore({ parts, snapshots, configuration });
  const channelConnection = createChannelConnection({
    ...platform,
    configuration,
    back: TESTIMONIALS,
    log: logOf('testimonials'),
  });
  const stock = createStock({ key, audit, onAvailable: watches.tell, notifyAdmins: outbox.tellAdmins });
  const vouchers = createVouchers({ ...platform, configuration });

  return {
    ...platform,
    templates,
    editor: createTemplateEditor({ configuration }),
    mayEdit,
    terms,
    watches,
    snapshots,
    configuration,
    restore,
    channelConnection,
    calculator: createCalculator({ configuration }),
    catalog: createCatalog({ configuration, onActivated: watches.tell }),
    categories: createCategories({ configuration }),
    searches: createSearches(),
    lastScreens: createLastScreens(),
    stock,
    statistics: createStatistics({ ...platform, stock }),
    charts: createCharts({ log: logOf('charts') }),
    vouchers,
    cart: createCart({ vouchers }),
  };
}

export type CatalogServices = ReturnType<typeof composeCatalog>;
