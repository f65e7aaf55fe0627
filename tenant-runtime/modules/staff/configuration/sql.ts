import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Content, Snapshot, SnapshotKind } from './schema.ts';

/** One change of the configuration at a time, until the transaction ends. */
export async function lockConfiguration(tx: Tx): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('configuration', 0))");
}

export async function nameOfActor(tx: Tx, id: number): Promise<string | undefined> {
  const [row] = await tx.query<{ name: string }>(
    'SELECT coalesce(display_name, first_name) AS name FROM users WHERE id = $1',
    [id],
  );
  return row?.name;
}

export type NewSnapshot = {
  at: Date;
  kind: SnapshotKind;
  reason: string;
  actorId: number;
  hash: string;
  content: string;
};

/** The content is stored only where it is not stored yet. */
export async function insertSnapshot(tx: Tx, snapshot: NewSnapshot): Promise<number> {
  await tx.query('INSERT INTO configuration_contents (hash, content) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    snapshot.hash,
    snapshot.content,
  ]);
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO configuration_snapshots (at, kind, reason, actor_id, content_hash)
     VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [snapshot.at, snapshot.kind, snapshot.reason, snapshot.actorId, snapshot.hash],
  );
  return row!.id;
}

export async function newestSnapshot(
  on: Queryable,
): Promise<{ id: number; kind: SnapshotKind; hash: string } | undefined> {
  const [row] = await on.query<{ id: number; kind: SnapshotKind; hash: string }>(
    'SELECT id, kind, content_hash AS hash FROM configuration_snapshots ORDER BY id DESC LIMIT 1',
  );
  return row;
}

/** The snapshot that was kept before this one was last restored; undefined when it never was. */
export async function safetyOfRestore(on: Queryable, snapshotId: number): Promise<number | undefined> {
  const [row] = await on.query<{ safety: number }>(
    `SELECT (before->>'snapshot')::bigint AS safety FROM audit_log
      WHERE action = 'configuration.restored' AND target = $1 ORDER BY id DESC LIMIT 1`,
    [`snapshot:${snapshotId}`],
  );
  return row?.safety;
}

/** Forgets all automatic snapshots but the newest `keep`, and contents that no snapshot holds any more. */
export async function pruneAutomatic(tx: Tx, keep: number): Promise<void> {
  const gone = await tx.query<{ hash: string }>(
    `DELETE FROM configuration_snapshots
      WHERE kind = 'automatic'
        AND id <= (SELECT id FROM configuration_snapshots WHERE kind = 'automatic' ORDER BY id DESC OFFSET $1 LIMIT 1)
      RETURNING content_hash AS hash`,
    [keep],
  );
  if (gone.length === 0) return;
  await tx.query(
    `DELETE FROM configuration_contents c
      WHERE hash = ANY($1) AND NOT EXISTS (SELECT 1 FROM configuration_snapshots s WHERE s.content_hash = c.hash)`,
    [gone.map(({ hash }) => hash)],
  );
}

const SNAPSHOT = `s.id, s.at, s.kind, s.reason, coalesce(u.display_name, u.first_name, s.actor_id::text) AS by`;

export async function listSnapshots(
  on: Queryable,
  page: { limit: number; offset: number },
): Promise<(Snapshot & { total: number })[]> {
  return on.query(
    `SELECT ${SNAPSHOT}, count(*) OVER () AS total
       FROM configuration_snapshots s LEFT JOIN users u ON u.id = s.actor_id
      ORDER BY s.id DESC LIMIT $1 OFFSET $2`,
    [page.limit, page.offset],
  );
}

export async function findSnapshot(on: Queryable, id: number): Promise<(Snapshot & { content: Content }) | undefined> {
  const [row] = await on.query<Snapshot & { content: Content }>(
    `SELECT ${SNAPSHOT}, c.content
       FROM configuration_snapshots s
       JOIN configuration_contents c ON c.hash = s.content_hash
       LEFT JOIN users u ON u.id = s.actor_id
      WHERE s.id = $1`,
    [id],
  );
  return row;
}
