import { testimonialsPart } from '../modules/delivery/testimonials/index.ts';
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
import type { ModuleDeps } from './deps.ts';
import type { PlatformModules } from './platform.ts';

/** What the shop sells, says and is set to, and the cart that customers fill from it. */
export function composeCatalog(deps: ModuleDeps, ground: PlatformModules) {
  const { config, clock, failpoint } = deps;
  const { env } = config;
  const timeZone = env.BOT_TIMEZONE;
  const { key, audit, outbox, owners } = ground;

  const templates = createTemplates({
    storeName: env.BOT_STORE_NAME,
    audit,
    onRollback: (tx, { key, problem }) =>
      owners.tell(tx, {
        cause: `template:${key}:${clock.now().getTime()}`,
        kind: 'configuration',
        severity: 'warn',
        text: templateRolledBack(key, problem.kind === 'refused'),
      }),
  });
  const terms = createTerms({
    outbox,
    templates,
    key,
    retentionDays: env.SNK_RETENTION_DAYS,
    clock,
    failpoint,
  });
  const watches = createRestockWatches({
    outbox,
    openProduct: (id) => catalogCallbacks.pack('product', id, 1, 0, 0),
  });
  const mayEditTemplates = templateEditors(env.TEMPLATE_EDITORS);
  // In the order in which they are put back: rows are locked so, and products belong to categories.
  const parts = [
    templatesPart(mayEditTemplates),
    calculatorPart(mayEditTemplates),
    vouchersPart,
    categoriesPart,
    productsPart({ onActivated: watches.tell }),
    testimonialsPart,
  ];
  const snapshots = createSnapshots({ parts, clock });
  const configuration = createConfiguration({ audit, owners, snapshots });
  const restore = createRestore({ parts, snapshots, configuration });
  const templateEditor = createTemplateEditor({ configuration });
  const calculator = createCalculator({ configuration });
  const catalog = createCatalog({ configuration, onActivated: watches.tell });
  const categories = createCategories({ configuration });
  const searches = createSearches();
  const lastScreens = createLastScreens();
  const stock = createStock({ key, audit, onAvailable: watches.tell, notifyAdmins: outbox.tellAdmins });
  const statistics = createStatistics({ stock, timeZone, clock });
  const charts = createCharts({ log: deps.log.child({ service: 'charts' }) });
  const vouchers = createVouchers({ configuration, timeZone, clock });
  const cart = createCart({ vouchers });

  return {
    templates,
    terms,
    watches,
    mayEditTemplates,
    parts,
    snapshots,
    configuration,
    restore,
    templateEditor,
    calculator,
    catalog,
    categories,
    searches,
    lastScreens,
    stock,
    statistics,
    charts,
    vouchers,
    cart,
  };
}

export type Shelves = ReturnType<typeof composeCatalog>;
