export { connectionStringOf, type DumpTarget, environmentOf } from './connection.ts';
export { type Snapshot, withSnapshot } from './snapshot.ts';
export { countRows, letTakeItsTime, selectServerVersion, selectTables, type TableName } from './snapshot-sql.ts';
export { createPgTools, type DumpFile, type PgTools } from './tools.ts';
