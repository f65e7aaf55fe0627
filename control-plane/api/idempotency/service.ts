import type { Clock } from '../../../kernel/clock.ts';
import { type Db, isUniqueViolation } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { createMutex } from '../../../kernel/mutex.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import type { Caller } from '../caller.ts';
import { deleteAnswersBefore, insertAnswer, selectAnswer } from './sql.ts';

export type KeyedRequest = {
  apiKeyId: string;
  /** The client's Idempotency-Key. */
  key: string;
  /** Hash of method, address and body. */
  hash: string;
};

export type Answered<T> = { replayed: false; body: T } | { replayed: true; status: number; body: string };

export type Idempotency = {
  /**
   * Runs `work` unless its effect happened before under the same key; then the first answer is given again. `work` keeps
   * its answer through `remember` in the transaction of its effect. A request that failed had no effect and leaves no
   * answer: the same key may try again.
   * @throws AppError IDEMPOTENCY_KEY_REUSED when the key was used for another request
   */
  once<T>(request: KeyedRequest, work: (remember: Caller['remember']) => Promise<T>): Promise<Answered<T>>;
  /** Forgets answers that are older than a day. */
  expire(): Promise<void>;
};

const KEEP_MS = 86_400_000;

/** What a sealed answer is bound to. A new API key is in the answer that made it, so answers are sealed. */
export const placeOfAnswer = ({ apiKeyId, key }: Pick<KeyedRequest, 'apiKeyId' | 'key'>): string =>
  `idempotency:${apiKeyId}:${key}`;

export function createIdempotency(deps: { db: Db; clock: Clock; secrets: Secrets }): Idempotency {
  const { db, clock, secrets } = deps;
  const turns = createMutex<string>();

  async function replay(request: KeyedRequest): Promise<{ replayed: true; status: number; body: string } | undefined> {
    const row = await selectAnswer(db, request.apiKeyId, request.key);
    if (!row) return undefined;
    if (row.request_hash !== request.hash) {
      throw new AppError(
        'IDEMPOTENCY_KEY_REUSED',
        'This Idempotency-Key belongs to a different request. Use a new one.',
      );
    }
    return { replayed: true, status: row.status, body: secrets.open(row.body_sealed, placeOfAnswer(request)) };
  }

  async function perform<T>(request: KeyedRequest, work: (remember: Caller['remember']) => Promise<T>) {
    const known = await replay(request);
    if (known) return known;
    try {
      const body = await work((tx, status, answer) =>
        insertAnswer(tx, {
          api_key_id: request.apiKeyId,
          key: request.key,
          request_hash: request.hash,
          status,
          body_sealed: secrets.seal(JSON.stringify(answer), placeOfAnswer(request)),
          created_at: clock.now(),
        }),
      );
      return { replayed: false as const, body };
    } catch (error) {
      const other = isUniqueViolation(error, 'idempotency_keys_pkey') ? await replay(request) : undefined;
      if (other) return other;
      throw error;
    }
  }

  return {
    once: (request, work) => turns.run(placeOfAnswer(request), () => perform(request, work)),
    expire: () => deleteAnswersBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
}
