import type { Clock } from '../../../kernel/clock.ts';
import type { Tx } from '../../../kernel/db.ts';
import type { OperationRow, Outcome } from '../operations/index.ts';
import { deleteFailedImage, insertFailedImage } from './failed-images-sql.ts';

/** What stands for the content of an image where the driver has none: its name. */
export const contentOf = (image: string, imageId: string | null | undefined): string => imageId ?? `installed:${image}`;

/** Faults by which a store says that it does not serve; others are of the machine, or of Telegram. */
const NOT_SERVING = new Set(['RUNTIME_UNHEALTHY', 'DEADLINE_EXCEEDED']);
const SERVING_STEPS = new Set(['healthy', 'watch']);

/** Remembers which image did not serve which store; in the transaction that records the end of an upgrade. */
export function createFailedImages({ clock }: { clock: Clock }) {
  return async (tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void> => {
    const { id, kind, tenant_id: tenantId, params, steps, error_code: code } = operation;
    if (kind !== 'upgrade' || params.image === undefined) return;
    const found = steps.find(({ name }) => name === 'revision')?.data;
    const imageId = found && 'imageId' in found && typeof found.imageId === 'string' ? found.imageId : null;
    const content = contentOf(params.image, imageId);
    if (outcome.state === 'succeeded') return deleteFailedImage(tx, tenantId, content);
    const at = steps.find(({ state }) => state === 'failed')?.name ?? '';
    if (outcome.state !== 'failed' || code === null || !NOT_SERVING.has(code) || !SERVING_STEPS.has(at)) return;
    await insertFailedImage(tx, { tenantId, content, operationId: id, at: clock.now() });
  };
}
