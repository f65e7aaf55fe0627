export { kindLabel } from './copy.ts';
export { mediaOf } from './evidence.ts';
export { termsHandlers } from './handlers.ts';
export { createTerms, type Proof, type Terms } from './service.ts';
export type { ListedProof } from './sql.ts';
export type { TermsProduct } from './sql-products.ts';
