import type { Clock } from '../../../kernel/clock.ts';
import type { Tx } from '../../../kernel/db.ts';
import { randomSecret, uuid } from '../../../kernel/ids.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { placeOfToken } from './directory.ts';
import { insertShard, lockShards, selectRoomiest, selectShard } from './sql.ts';

export type Placement = {
  /**
   * The shard for one more store: the fullest that is active and has room, or a new one. Whoever asks writes it on the
   * store in the same transaction; others wait for its end.
   * @param except the one that the store leaves
   */
  choose(tx: Tx, except: string | null): Promise<string>;
  isDraining(tx: Tx, shard: string): Promise<boolean>;
};

/** @param deps.capacity most stores of a shard that is made from now on */
export function createPlacement(deps: { clock: Clock; secrets: Pick<Secrets, 'seal'>; capacity: number }): Placement {
  const { clock, secrets, capacity } = deps;
  return {
    async choose(tx, except) {
      await lockShards(tx);
      const roomiest = await selectRoomiest(tx, except);
      if (roomiest !== undefined) return roomiest;
      const id = uuid();
      const token = secrets.seal(randomSecret(32), placeOfToken(id));
      return insertShard(tx, { id, capacity, token_sealed: token, created_at: clock.now() });
    },
    isDraining: async (tx, shard) => (await selectShard(tx, shard))?.state === 'draining',
  };
}
