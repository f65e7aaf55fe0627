import type { Queryable, Tx } from '../../kernel/db.ts';
import type { Form, Question } from './form.ts';

export async function saveForm(tx: Tx, userId: number, form: Form): Promise<void> {
  await tx.query(
    `INSERT INTO conversations (user_id, wizard, step, data, typed) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (user_id) DO UPDATE
       SET wizard = EXCLUDED.wizard, step = EXCLUDED.step, data = EXCLUDED.data, typed = EXCLUDED.typed,
           held = NULL, held_until = NULL, updated_at = now()`,
    [userId, form.wizard, form.step, JSON.stringify(form.data), form.typed ?? false],
  );
}

export async function deleteForm(tx: Tx, userId: number): Promise<void> {
  await tx.query('DELETE FROM conversations WHERE user_id = $1', [userId]);
}

/** Keeps what the open form asked last. */
export async function saveQuestion(tx: Tx, userId: number, question: Question): Promise<void> {
  await tx.query('UPDATE conversations SET question = $2 WHERE user_id = $1', [userId, JSON.stringify(question)]);
}

/** Puts the open form aside. Returns the number under which it is found again. */
export async function parkForm(tx: Tx, userId: number, at: Date): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number }>(
    `WITH left_behind AS (DELETE FROM conversations WHERE user_id = $1 RETURNING *)
     INSERT INTO parked_forms (user_id, wizard, step, data, question, parked_at)
     SELECT user_id, wizard, step, data, question, $2 FROM left_behind RETURNING id`,
    [userId, at],
  );
  return row?.id;
}

/** Forgets all but the newest `keep` of one person. */
export async function trimParked(tx: Tx, userId: number, keep: number): Promise<void> {
  await tx.query(
    `DELETE FROM parked_forms
      WHERE user_id = $1 AND id NOT IN (SELECT id FROM parked_forms WHERE user_id = $1 ORDER BY id DESC LIMIT $2)`,
    [userId, keep],
  );
}

/** Takes a form that was put aside, once. */
export async function takeParked(
  tx: Tx,
  userId: number,
  id: number,
): Promise<(Form & { question: Question | null }) | undefined> {
  const [row] = await tx.query<Form & { question: Question | null }>(
    'DELETE FROM parked_forms WHERE user_id = $1 AND id = $2 RETURNING wizard, step, data, question',
    [userId, id],
  );
  return row;
}

export async function deleteParkedBefore(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM parked_forms WHERE parked_at < $1', [before]);
}

export async function saveHeld(tx: Tx, userId: number, held: string | null, until: Date | null): Promise<void> {
  await tx.query('UPDATE conversations SET held = $2, held_until = $3 WHERE user_id = $1', [userId, held, until]);
}

/** The held answer of a person, if no further piece is waited for; locked until the transaction ends. */
export async function lockDueHeld(tx: Tx, userId: number, now: Date): Promise<string | undefined> {
  const [row] = await tx.query<{ held: string }>(
    'SELECT held FROM conversations WHERE user_id = $1 AND held_until <= $2 AND held IS NOT NULL FOR UPDATE',
    [userId, now],
  );
  return row?.held;
}

export async function dueHeld(on: Queryable, now: Date, limit: number): Promise<number[]> {
  const rows = await on.query<{ userId: number }>(
    'SELECT user_id AS "userId" FROM conversations WHERE held_until <= $1 ORDER BY held_until LIMIT $2',
    [now, limit],
  );
  return rows.map((row) => row.userId);
}

export async function nextHeldAt(on: Queryable): Promise<Date | undefined> {
  const [row] = await on.query<{ at: Date | null }>('SELECT min(held_until) AS at FROM conversations');
  return row?.at ?? undefined;
}
