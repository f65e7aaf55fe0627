import type { Tx } from '../../../../kernel/db.ts';

export type AuditRow = {
  actorId: number | null;
  actorRole: string;
  action: string;
  target: string;
  before: unknown;
  after: unknown;
};

export async function insertEntry(tx: Tx, row: AuditRow): Promise<{ id: number; at: Date }> {
  const [entry] = await tx.query<{ id: number; at: Date }>(
    `INSERT INTO audit_log (actor_id, actor_role, action, target, before, after)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, at`,
    [row.actorId, row.actorRole, row.action, row.target, json(row.before), json(row.after)],
  );
  return entry!;
}

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
