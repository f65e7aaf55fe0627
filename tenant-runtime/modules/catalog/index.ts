export { catalogCallbacks } from './callbacks.ts';
export { catalogFreeText, catalogHandlers } from './handlers.ts';
export { categoriesPart, productsPart } from './part.ts';
export {
  type FieldProblem,
  type Parsed,
  PRODUCT_LIMITS,
  parseCode,
  parseDescription,
  parseName,
  parsePrice,
  parseTerms,
} from './schema.ts';
export { catalogStorefront, type Storefront } from './screens.ts';
export { type Catalog, createCatalog } from './service.ts';
export type { ListedProduct, Product, ProductDraft, ProductFields, StaffListed } from './sql.ts';
