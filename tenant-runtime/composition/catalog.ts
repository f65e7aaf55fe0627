import { createChannelConnection, TESTIMONIALS, testimonialsSection } from '../modules/delivery/testimonials/index.ts';
import { createCart } from '../modules/shop/cart/index.ts';
import {
  catalogCallbacks,
  categoriesSection,
  createCatalog,
  createCategories,
  createLastScreens,
  createSearches,
  productsSection,
} from '../modules/shop/catalog/index.ts';
import { createRestockWatches } from '../modules/shop/restock-watch/index.ts';
import { createStock } from '../modules/shop/stock/index.ts';
import { createTerms } from '../modules/shop/terms/index.ts';
import { createVouchers, vouchersSection } from '../modules/shop/vouchers/index.ts';
import { calculatorSection, createCalculator } from '../modules/staff/calculator/index.ts';
import { createConfiguration, createRestore, createSnapshots } from '../modules/staff/configuration/index.ts';
import { createCharts, createStatistics } from '../modules/staff/statistics/index.ts';
import {
  createTemplateEditor,
  createTemplates,
  templateEditors,
  templateRolledBack,
  templatesSection,
} from '../modules/staff/templates/index.ts';
import type { PlatformServices } from './platform.ts';

/** What the shop sells, says and is set to, and the cart that customers fill from it. */
export function composeCatalog(platform: PlatformServices) {
  const { config, key, audit, outbox, owners, clock, logOf } = platform;
  const { env } = config;

  const templates = createTemplates({
    ...platform,
    onRollback: (tx, { key, problem }) =>
      owners.notify(tx, {
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
  const sections = [
    templatesSection(mayEdit),
    calculatorSection(mayEdit),
    vouchersSection,
    categoriesSection,
    productsSection({ onActivated: watches.notify }),
    testimonialsSection,
  ];
  const snapshots = createSnapshots({ sections, clock });
  const configuration = createConfiguration({ audit, owners, snapshots });
  const restore = createRestore({ sections, snapshots, configuration });
  const channelConnection = createChannelConnection({
    ...platform,
    configuration,
    back: TESTIMONIALS,
    log: logOf('testimonials'),
  });
  const stock = createStock({ key, audit, onAvailable: watches.notify, notifyAdmins: outbox.notifyAdmins });
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
    catalog: createCatalog({ configuration, onActivated: watches.notify }),
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
