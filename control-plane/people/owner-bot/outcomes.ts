import type { Clock } from '../../../kernel/clock.ts';
import type { Tx } from '../../../kernel/db.ts';
import type { OperationRow, Outcome } from '../../fleet/operations/index.ts';
import { selectTenantById } from '../../fleet/tenants/index.ts';
import { type Alerts, lasted } from '../../monitoring/alerts/index.ts';
import type { OwnerMessages } from '../owner-messages/index.ts';

const ENDS: Record<Outcome['state'], string> = {
  succeeded: '✅ selesai',
  failed: '🔴 gagal',
  cancelled: '⏹ dibatalkan',
};

/** Kinds whose failure is an incident of its own, which is told once however often it is tried. */
const OWN_INCIDENT: ReadonlySet<OperationRow['kind']> = new Set<OperationRow['kind']>(['backup', 'verify-backup']);

/** Failures that the module they belong to has reported already. */
const isReported = ({ kind }: OperationRow, { code }: Outcome & { state: 'failed' }): boolean =>
  OWN_INCIDENT.has(kind) ||
  code === 'UPGRADE_ROLLED_BACK' ||
  code === 'CONFIGURATION_ROLLED_BACK' ||
  code === 'MOVE_ROLLED_BACK';

/** Tells of how operations end: every owner of one that failed, and whoever asked for it here of any other. */
export function createOutcomes(deps: { clock: Clock; alerts: Pick<Alerts, 'notify'>; messages: OwnerMessages }) {
  /** In the transaction that records the end. */
  return async (tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void> => {
    const { id, kind, store, attempt, requested_by: by, started_at: started, created_at: created } = operation;
    const tenant = await selectTenantById(tx, operation.tenant_id);
    if (outcome.state === 'failed' && !isReported(operation, outcome)) {
      const step = operation.steps.find(({ state }) => state !== 'succeeded' && state !== 'skipped')?.name;
      await deps.alerts.notify(tx, {
        kind: 'operation_failed',
        key: `operation:${id}:${attempt}`,
        severity: 'error',
        about: tenant && { tenantId: tenant.id, store, storeName: tenant.store_name },
        detail: `${kind} (${id})${step === undefined ? '' : `, step ${step}`}\n${outcome.code}: ${outcome.message}`,
      });
      return;
    }
    const asked = /^telegram:(\d{1,16})$/.exec(by)?.[1];
    if (asked === undefined || !tenant) return;
    const took = lasted(started ?? created, deps.clock.now());
    const why = outcome.state === 'failed' ? `\n${outcome.code}` : '';
    const html = `⚙️ Operasi <b>${kind}</b> ${ENDS[outcome.state]} · ${took}${why}`;
    // An answer to a wish is no alert: it is said also while the store is muted.
    const texts = [{ html, urgent: true }];
    await deps.messages.enqueue(tx, {
      store: { id: tenant.id, name: tenant.store_name },
      chatIds: [Number(asked)],
      texts,
    });
  };
}
