import { z } from 'zod';
import type { Queryable } from '../../../kernel/db.ts';
import { type BackupStanding, type ListBackupStandingsQuery, StoreSlug } from '../../api/contract/index.ts';
import { pageOf, positionOf } from '../../api/http/index.ts';
import { type StandingRow, selectStandings } from './standings-sql.ts';

const Position = z.tuple([
  z.iso
    .datetime({ precision: 6 })
    .regex(/^[1-9]/)
    .nullable(),
  StoreSlug,
]);

/** One page of how safe the data of each store is, the least safe first. @throws AppError BAD_REQUEST for a forged cursor */
export async function listStandings(
  on: Queryable,
  query: z.infer<typeof ListBackupStandingsQuery>,
  now: Date,
): Promise<{ standings: BackupStanding[]; nextCursor: string | null }> {
  const { q = null, stale, limit } = query;
  const position = positionOf(query.cursor, Position);
  const rows = await selectStandings(on, {
    ...{ now, q, stale: stale === undefined ? null : stale === 'true' },
    after: position && { key: position[0], store: position[1] },
    limit: limit + 1,
  });
  const { items, nextCursor } = pageOf(rows, limit, (row) => [row.key, row.store]);
  return { standings: items.map(toStanding), nextCursor };
}

function toStanding(row: StandingRow): BackupStanding {
  const { backup_id: id, backup_at: backupAt, drill_at: drillAt, drill_result: result } = row;
  return {
    store: row.store,
    storeName: row.store_name,
    backup: id === null || backupAt === null ? null : { id, at: backupAt.toISOString(), size: row.backup_size },
    drill:
      drillAt === null || result === null
        ? null
        : { at: drillAt.toISOString(), result, detail: row.drill_detail ?? '' },
    provenAt: row.proven_at?.toISOString() ?? null,
    stale: row.stale,
  };
}
