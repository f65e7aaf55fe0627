import type { SealingKey } from '../../../kernel/crypto.ts';
import type { Queryable } from '../../../kernel/db.ts';
import { placeOfAnswer } from '../../api/idempotency/index.ts';
import { placeOfPassword } from '../backups/index.ts';
import { type Change, keyIdOf, type Read, read, rotated } from './sealed.ts';
import { selectAnswers, selectOrphanedPasswords } from './sql.ts';

/** What is sealed and belongs to no store of now. Nothing else knows it: what does not open stays as it is. */
export type RestPlan = {
  changes: Change[];
  /** Backups of removed stores whose passwords nobody can know any more, by store. */
  backups: Record<string, number>;
  /** Answers to requests with an Idempotency-Key that cannot be given again; they are forgotten within a day. */
  answers: number;
  closedKeyIds: string[];
};

export async function planRest(on: Queryable, keys: readonly SealingKey[]): Promise<RestPlan> {
  const passwords = (await selectOrphanedPasswords(on)).map(({ id, store, sealed }) =>
    read({ store, sealed, place: placeOfPassword(id), spot: { kind: 'password' as const, backupId: id } }, keys),
  );
  const answers = (await selectAnswers(on)).map(({ api_key_id: apiKeyId, key, sealed }) =>
    read({ sealed, place: placeOfAnswer({ apiKeyId, key }), spot: { kind: 'answer' as const, apiKeyId, key } }, keys),
  );
  const isClosed = ({ state }: Read) => state === 'closed';
  const backups: Record<string, number> = {};
  for (const { store } of passwords.filter(isClosed)) backups[store] = (backups[store] ?? 0) + 1;
  const closed = [...passwords, ...answers].filter(isClosed);
  return {
    changes: rotated([...passwords, ...answers]),
    backups,
    answers: answers.filter(isClosed).length,
    closedKeyIds: [...new Set(closed.map(keyIdOf))],
  };
}
