export { connectionStringOf, type DumpTarget, environmentOf } from './connection.ts';
export { withSnapshot } from './snapshot.ts';
export { countRows, letTakeItsTime, selectServerVersion, selectTables } from './snapshot-sql.ts';
export { createPgTools, type DumpFile, type PgTools } from './tools.ts';
