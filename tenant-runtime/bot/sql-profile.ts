import type { Queryable } from '../../kernel/db.ts';

/** The mark of what Telegram has taken of a part of the bot's profile. */
export async function publishedPart(on: Queryable, part: string): Promise<string | undefined> {
  const [row] = await on.query<{ mark: string }>('SELECT mark FROM bot_profile WHERE part = $1', [part]);
  return row?.mark;
}

export async function putPublishedPart(on: Queryable, part: string, mark: string): Promise<void> {
  await on.query(
    'INSERT INTO bot_profile (part, mark) VALUES ($1, $2) ON CONFLICT (part) DO UPDATE SET mark = EXCLUDED.mark',
    [part, mark],
  );
}
