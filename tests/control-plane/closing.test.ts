import { expect, test } from 'vitest';
import { closeToPublic } from '../../control-plane/fleet/databases/service.ts';
import { createDb } from '../../kernel/db.ts';
import { shortId } from '../../kernel/ids.ts';
import { clusterUrl } from '../support/postgres.ts';

test('a database that others make and drop at that moment keeps nobody from closing it', async () => {
  const name = `closing_${shortId()}`;
  const admin = createDb({ connectionString: clusterUrl(), max: 1 });
  const others = createDb({ connectionString: clusterUrl(), max: 3 });
  let isOver = false;
  const faults: string[] = [];
  const closing = async () => {
    while (!isOver) await closeToPublic(others, name).catch((error: Error) => faults.push(error.message));
  };
  const all = [closing(), closing(), closing()];
  try {
    for (let n = 0; n < 12; n++) {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  } finally {
    isOver = true;
    await Promise.all(all);
    await others.close();
    await admin.close();
  }
  expect(faults).toEqual([]);
});
