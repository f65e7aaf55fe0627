export { createRestore, type PartReport, type Restoration, type Restore } from './restore.ts';
export type { ConfigurationPart, Difference, Item, RefusalReason, Restored, Snapshot } from './schema.ts';
export { type Change, type Configuration, createConfiguration } from './service.ts';
export { createSnapshots, type PartView, type Snapshots } from './snapshots.ts';
