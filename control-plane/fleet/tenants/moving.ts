import { AppError } from '../../../kernel/errors.ts';
import type { Caller } from '../../api/caller.ts';
import type { MoveTenantRequest, Operation } from '../../api/contract/index.ts';
import { assertOpened, type Changes } from './changes.ts';
import { assertHostsStores } from './input.ts';
import type { TenantServiceDeps } from './service-deps.ts';

export type Moving = {
  /**
   * Moves a store into a runtime of its own or into a shard; one of a shard that drains may go to another.
   * @throws AppError BAD_REQUEST where there are no shards, TENANT_STATE_CONFLICT when it is there already
   */
  move(store: string, input: MoveTenantRequest, caller: Caller): Promise<Operation>;
};

export function createMoving(
  { db, driver, placement }: Pick<TenantServiceDeps, 'db' | 'driver' | 'placement'>,
  { mine, schedule }: Changes,
): Moving {
  return {
    move: (store, { runtime }, caller) =>
      db.tx(async (tx) => {
        assertHostsStores(runtime, driver);
        const row = await mine(tx, store);
        assertOpened(row);
        if (row.runtime === runtime && !(row.shard !== null && (await placement.isDraining(tx, row.shard)))) {
          const where = row.shard === null ? '' : `, in ${row.shard}`;
          throw new AppError('TENANT_STATE_CONFLICT', `The store ${store} is ${runtime} already${where}.`);
        }
        const before = { runtime: row.runtime, shard: row.shard };
        const change = { action: 'tenant.move', before, after: { runtime }, params: { runtime } };
        const operation = await schedule(tx, row, 'move', caller, change);
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
  };
}
