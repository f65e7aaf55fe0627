import type { Tx } from '../../kernel/db.ts';
import type { OperationRow, Outcome } from '../fleet/operations/index.ts';
import {
  clearWait,
  createFailedImages,
  createRollouts,
  createRolloutTask,
  createStoreChanges,
} from '../fleet/rollouts/index.ts';

type Deps = Parameters<typeof createStoreChanges>[0] &
  Parameters<typeof createRollouts>[0] &
  Omit<Parameters<typeof createRolloutTask>[0], 'changes'>;

/** Rollouts, what carries them on, and what they note of each operation that ends, whoever began it. */
export function composeRollouts(deps: Deps) {
  const noteImage = createFailedImages(deps);
  return {
    rollouts: createRollouts(deps),
    task: createRolloutTask({ ...deps, changes: createStoreChanges(deps) }),
    /** In the transaction that records the end. */
    async ended(tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void> {
      await noteImage(tx, operation, outcome);
      await clearWait(tx, operation.tenant_id);
    },
  };
}
