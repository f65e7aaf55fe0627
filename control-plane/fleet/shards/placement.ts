import type { Clock } from '../../../kernel/clock.ts';
import type { Tx } from '../../../kernel/db.ts';
import { randomSecret, uuid } from '../../../kernel/ids.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { placeOfToken } from './directory.ts';
import { insertShard, lockShards, selectFullest, selectShard } from './sql.ts';

export type Placement = {
  /**
   * The shard for one more store: the fullest that is active, runs the installed code and has room, or a new one. Whoever
   * asks writes it on the store in the same transaction; others wait for its end.
   * @param except the one that the store leaves
   */
  choose(tx: Tx, except: string | null): Promise<string>;
  /** Where a store of `shard` runs the installed code: there, or like `choose`. */
  withInstalledCode(tx: Tx, shard: string): Promise<string>;
  /** Names the code that a shard is started with from now on. */
  installedCode(): Promise<string>;
  isDraining(tx: Tx, shard: string): Promise<boolean>;
};

/** @param deps.capacity most stores of a shard that is made from now on */
export function createPlacement(deps: {
  clock: Clock;
  secrets: Pick<Secrets, 'seal'>;
  capacity: number;
  installedCode: Placement['installedCode'];
}): Placement {
  const { clock, secrets, capacity, installedCode } = deps;

  async function choose(tx: Tx, code: string, except: string | null): Promise<string> {
    await lockShards(tx);
    const fullest = await selectFullest(tx, code, except);
    if (fullest !== undefined) return fullest;
    const id = uuid();
    const token = secrets.seal(randomSecret(32), placeOfToken(id));
    return insertShard(tx, { id, capacity, token_sealed: token, created_at: clock.now() });
  }

  return {
    installedCode,
    choose: async (tx, except) => choose(tx, await installedCode(), except),
    async withInstalledCode(tx, name) {
      const code = await installedCode();
      const shard = await selectShard(tx, name);
      return shard?.state === 'active' && shard.code === code ? name : choose(tx, code, name);
    },
    isDraining: async (tx, shard) => (await selectShard(tx, shard))?.state === 'draining',
  };
}
