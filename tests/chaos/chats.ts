import { open, sealingKey } from '../../kernel/crypto.ts';
import type { Db } from '../../kernel/db.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Broken } from './books.ts';
import { WORD } from './seller.ts';
import { KEY } from './store.ts';

type Unit = { word: string; status: string; buyer: number | null; delivered: boolean; ref: string | null };
type Message = { message_id: number; text?: string; caption?: string; document?: { file_id: string } };

/** Holds what people saw, and ever saw, in their chats against what the shop has written down. */
export async function auditChats(
  db: Db,
  sandbox: Sandbox,
  botId: number,
  staff: readonly number[],
  given: ReadonlySet<string>,
): Promise<Broken[]> {
  const units = await unitsOf(db);
  const seen = wordsSeen(sandbox, botId, staff);
  const broken: Broken[] = [];
  const rule = (name: string, what: string[]) => {
    if (what.length > 0) broken.push({ rule: name, what });
  };
  const known = new Map(units.map((unit) => [unit.word, unit]));

  rule('every unit that was given to the shop is there, once', [
    ...[...given].filter((word) => !known.has(word)).map((word) => `${word} is lost`),
    ...units.filter((unit) => !given.has(unit.word)).map((unit) => `${unit.word} came from nowhere`),
    ...(known.size === units.length ? [] : ['some unit is there twice']),
  ]);
  rule(
    'the goods of an order are in the chat of its customer, in one message, ever',
    units
      .filter((unit) => unit.delivered)
      .flatMap(({ word, buyer, ref }) => {
        const own = seen.get(word)?.get(buyer!);
        if (own?.ever.size === 1 && own.now.size === 1) return [];
        return [`${word} of ${ref}: in ${own?.now.size ?? 0} messages now, ${own?.ever.size ?? 0} ever`];
      }),
  );
  rule(
    'nobody saw goods that they did not buy',
    [...seen].flatMap(([word, people]) =>
      [...people.keys()].flatMap((person) =>
        known.get(word)?.status === 'sold' && known.get(word)?.buyer === person ? [] : [`${person} saw ${word}`],
      ),
    ),
  );
  rule('whoever paid late or twice, or filled the balance, was told', await untold(db, sandbox, botId));
  return broken;
}

async function unitsOf(db: Db): Promise<Unit[]> {
  const key = sealingKey(KEY);
  const rows = await db.query<Unit & { content: string; productId: number }>(
    `SELECT u.content, u.product_id AS "productId", u.status, o.user_id AS buyer, o.ref,
            coalesce(o.status = 'delivered', false) AS delivered
       FROM stock_units u LEFT JOIN orders o ON o.id = u.order_id`,
  );
  return rows.map(({ content, productId, ...unit }) => ({
    ...unit,
    word: open(content, [key], `stock:${productId}`).match(WORD)?.[0] ?? 'a unit without its word',
  }));
}

type Sight = { now: Set<number>; ever: Set<number> };

/** Where each unit shows and ever showed: word, person, messages. Staff see all goods, and are left out. */
function wordsSeen(sandbox: Sandbox, botId: number, staff: readonly number[]): Map<string, Map<number, Sight>> {
  const bot = sandbox.telegram.bot(botId);
  const seen = new Map<string, Map<number, Sight>>();
  const textOf = ({ text, caption, document }: Message) =>
    [text, caption, document && bot.files.byId(document.file_id)?.bytes.toString('utf8')].join('\n');
  for (const [person, chat] of bot.chats) {
    if (staff.includes(person)) continue;
    const note = (message: Message, when: keyof Sight) => {
      for (const [word] of textOf(message).matchAll(WORD)) {
        const people = seen.get(word) ?? new Map<number, Sight>();
        const sight = people.get(person) ?? { now: new Set(), ever: new Set() };
        sight[when].add(message.message_id);
        seen.set(word, people.set(person, sight));
      }
    };
    for (const { message } of chat.messages.values()) note(message, 'now');
    for (const { message } of chat.history.list()) if (message) note(message, 'ever');
  }
  return seen;
}

/** Money that came otherwise than expected, and whose owner has no message about it. Who ever blocked the bot may have none. */
async function untold(db: Db, sandbox: Sandbox, botId: number): Promise<string[]> {
  const exceptions = await db.query<{ ref: string; userId: number; words: string }>(
    `SELECT ref, user_id AS "userId", 'setelah waktunya habis' AS words FROM orders
      WHERE closed_at IS NOT NULL AND status IN ('paid', 'delivered', 'credited')
        AND NOT (status = 'credited' AND settled_by LIKE 'admin:%')
     UNION ALL SELECT o.ref, o.user_id, 'terbayar dua kali' FROM orders o JOIN payments p ON p.order_id = o.id
       JOIN ledger_entries l ON l.source = 'payment:' || p.id WHERE o.status IN ('paid', 'delivered')
     UNION ALL SELECT ref, user_id, 'sudah masuk' FROM deposits WHERE status = 'paid'`,
  );
  const { chats } = sandbox.telegram.bot(botId);
  return exceptions.flatMap(({ ref, userId, words }) => {
    const chat = chats.get(userId);
    if (!chat || chat.history.list().some((event) => event.kind === 'blocked')) return [];
    const told = [...chat.messages.values()].some(
      ({ message }) => message.text?.includes(ref) && message.text.includes(words),
    );
    return told ? [] : [`${userId} was not told of ${ref} (${words})`];
  });
}
