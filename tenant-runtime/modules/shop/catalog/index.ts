export { catalogCallbacks, watchCallbacks } from './callbacks.ts';
export { type Categories, createCategories, type Direction } from './categories.ts';
export { categoriesSection, productsSection } from './configuration-section.ts';
export { catalogFreeText, catalogHandlers } from './handlers.ts';
export { createLastScreens } from './last-screen.ts';
export { productLink } from './links.ts';
export {
  parsePerCustomer,
  parseTiers,
  TIER_LIMITS,
  type Tier,
  type TierProblem,
  tiersInUse,
  unitPriceOf,
} from './prices.ts';
export {
  type FieldProblem,
  type Parsed,
  PRODUCT_LIMITS,
  parseCategoryName,
  parseCode,
  parseDescription,
  parseName,
  parsePrice,
  parseTerms,
} from './schema.ts';
export { catalogStorefront, goneScreen, type Origin, openedScreen, type ProductScreenDeps } from './screens.ts';
export { createSearches } from './search.ts';
export { type Catalog, createCatalog } from './service.ts';
export type { Product, ProductFields, ProductKind, StaffListed } from './sql.ts';
export type { StaffCategory } from './sql-categories.ts';
