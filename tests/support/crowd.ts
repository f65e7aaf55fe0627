import type { TestStore } from './store.ts';

/** Registers people who pressed `/start` long ago, in the sandbox and in the store. Returns their ids, lowest first. */
export async function crowd(shop: TestStore, size: number, blocked: (index: number) => boolean = () => false) {
  const ids = Array.from({ length: size }, (_, index) => 1001 + index);
  await shop.client.createCrowd(
    shop.bot,
    ids,
    ids.filter((_, index) => blocked(index)),
  );
  await shop.database.db.query(
    `INSERT INTO users (id, first_name, started_at) SELECT id, 'Orang ' || id, now() FROM unnest($1::bigint[]) id`,
    [ids],
  );
  return ids;
}
