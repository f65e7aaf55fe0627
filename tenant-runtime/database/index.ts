export { CLONED_TABLES, RESET_COLUMNS, UNCLONED_TABLES } from './cloned-tables.ts';
export { copyShop } from './cloning.ts';
export { migrateStoreDatabase, withStoreDatabase } from './connection.ts';
export { finishRestoreAlone, type Merged, mergeAfterRestore } from './restore.ts';
export {
  CLONE_BOUNDS,
  type ProductPhoto,
  productPhotos,
  productsWithoutPhoto,
  setMissingPhoto,
} from './sql-cloning.ts';
export { countKept, queuedWork } from './sql-queues.ts';
export { type Sales, salesBetween } from './sql-sales.ts';
