import type { Tx } from '../../../kernel/db.ts';

/** Changes of one tenant wait for each other until their transactions end. */
export async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('tenant:' || $1, 0))", [tenantId]);
}
