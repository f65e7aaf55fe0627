export { createRestore, type Restore, type SectionReport } from './restore.ts';
export type { ConfigurationSection, Difference, Item, RefusalReason, Restored, Snapshot } from './schema.ts';
export { type Change, type Configuration, createConfiguration } from './service.ts';
export { createSnapshots, type SectionView, type Snapshots } from './snapshots.ts';
