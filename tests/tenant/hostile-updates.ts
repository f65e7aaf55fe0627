import type { Entity, Update, User } from '../../sandbox/telegram/types.ts';
import { MENU } from '../../tenant-runtime/bot/menu.ts';
import type { Dice } from '../chaos/dice.ts';

export type Cast = {
  /** Admins and owners. */
  staff: readonly number[];
  customers: readonly number[];
  botId: number;
  /** Callback data that the store has put on buttons so far, whoever saw them. */
  buttons: readonly string[];
  /** Updates as the sandbox makes them, one of each kind that it knows. */
  seeds: readonly Update[];
  firstUpdateId: number;
};

const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 52,
  2 ** 53,
  1e308,
  '',
  ' ',
  'a\u0000b',
  '\ud800',
  '\udfff\ud83d',
  '👩‍👩‍👧',
  '\u202Eterbalik\u2066',
  "'; DROP TABLE users; --",
  '<b><i>',
  '{{balance}}{{#if}}',
  'x'.repeat(70_000),
  '9'.repeat(400),
  '🛍'.repeat(5_000),
  [],
  {},
  [[[[[[]]]]]],
  { constructor: { prototype: {} } },
  JSON.parse('{"__proto__":{"is_bot":false}}'),
];

const TEXTS: readonly string[] = [
  ...Object.values(MENU),
  ...[
    '/start',
    '/start p_A',
    '/start p_',
    `/start ${'z'.repeat(64)}`,
    '/admin',
    '/batal',
    '/broadcast',
    '/x'.repeat(50),
  ],
  ...[
    '1',
    '-1',
    '0',
    '99999999999999999999',
    '1e9',
    'Rp 10.000',
    '10.000,50',
    '٣',
    'batal',
    '❌ Batal',
    '=1+1',
    'A\nB\nC',
  ],
  ...['kode|nama|harga', 'a'.repeat(4096), '\n'.repeat(4096), '<a href="tg://user?id=1">x</a>', '&lt;&#0;', '{nama}'],
];

const ENTITY_TYPES = [
  'bold',
  'italic',
  'code',
  'pre',
  'text_link',
  'text_mention',
  'spoiler',
  'blockquote',
  'baru',
  '',
];

/** Updates without end of which most nearly make sense, each as the text of a request's body. A seed repeats them. */
export function hostileUpdates(cast: Cast, dice: Dice): () => string {
  let nextId = cast.firstUpdateId;
  const past: string[] = [];

  const personOf = (): User => ({
    id: dice.chance(0.35) ? dice.pick(cast.staff) : dice.pick(cast.customers),
    is_bot: dice.chance(0.01),
    first_name: dice.chance(0.1) ? String(dice.pick(HOSTILE)) : 'Budi',
    ...(dice.chance(0.3) ? { username: dice.chance(0.2) ? String(dice.pick(HOSTILE)) : 'budi_s' } : {}),
  });
  const textOf = () => (dice.chance(0.15) ? String(dice.pick(HOSTILE)) : dice.pick(TEXTS));
  const entitiesOf = (text: string): Entity[] =>
    Array.from({ length: dice.chance(0.05) ? 300 : dice.whole(0, 4) }, () => ({
      type: dice.pick(ENTITY_TYPES),
      offset: dice.chance(0.1) ? dice.pick([-1, 2 ** 31, 1e9]) : dice.whole(0, Math.min(text.length, 40)),
      length: dice.chance(0.1) ? dice.pick([-5, 0, 2 ** 52]) : dice.whole(1, 30),
      url: dice.pick(['https://contoh.id', 'javascript:alert(1)', 'tg://user?id=1', '\u0000']),
    }));
  const messageOf = (from: User): Record<string, unknown> => {
    const text = textOf();
    return {
      message_id: dice.whole(1, 5_000),
      from,
      chat: { id: from.id, type: dice.chance(0.03) ? 'group' : 'private', first_name: from.first_name },
      date: Math.floor(Date.now() / 1000) - (dice.chance(0.1) ? dice.whole(-1_000, 90_000) : 0),
      text,
      ...(dice.chance(0.3) ? { entities: entitiesOf(text) } : {}),
    };
  };
  const dataOf = (): string => {
    const known = cast.buttons.length > 0 ? dice.pick(cast.buttons) : 'cat:open:1';
    if (dice.chance(0.6)) return known;
    // What belongs to other people, to nobody, or is no number at all.
    const other = dice.pick(['1', '2', '-1', '0', '9007199254740991', '9999999999999999', 'NaN', '', '1:1', '\ud800']);
    return dice.chance(0.8) ? known.replace(/-?\d+(?=:|$)/, other) : `${known}:${other}`;
  };
  /** One of the seeds, of another person. */
  const reseeded = (): Record<string, unknown> => {
    const from = personOf();
    const seed = structuredClone(dice.pick(cast.seeds)) as Record<string, unknown>;
    for (const part of Object.values(seed)) {
      if (typeof part !== 'object' || part === null) continue;
      if ('from' in part) part.from = from;
      if ('chat' in part && typeof part.chat === 'object') part.chat = { ...part.chat, id: from.id };
    }
    return seed;
  };
  const tapped = (): Record<string, unknown> => {
    const from = personOf();
    const sent = messageOf(from);
    const message = { ...sent, from: { id: cast.botId, is_bot: true, first_name: 'Toko' } };
    const gone = { message_id: 1, date: 0, chat: sent.chat };
    return {
      callback_query: {
        id: String(dice.whole(1, 2 ** 52)),
        from,
        chat_instance: '1',
        ...(dice.chance(0.97) ? { message: dice.chance(0.05) ? gone : message } : { inline_message_id: 'x' }),
        ...(dice.chance(0.97) ? { data: dataOf() } : { game_short_name: 'main' }),
      },
    };
  };
  const made = (): Record<string, unknown> => {
    const kind = dice.whole(1, 10);
    if (kind <= 4) return tapped();
    return kind <= 8 ? { message: messageOf(personOf()) } : reseeded();
  };
  const idOf = (): unknown => {
    if (dice.chance(0.95)) return nextId++;
    return dice.pick([
      0,
      -1,
      1,
      cast.firstUpdateId,
      nextId - 1,
      2 ** 52,
      2 ** 53 - 1,
      2 ** 53,
      1.5,
      '7',
      null,
      undefined,
    ]);
  };

  return () => {
    if (past.length > 0 && dice.chance(0.03)) return dice.pick(past);
    if (dice.chance(0.01)) return dice.pick(['{', '[]', 'null', '7', '"x"', '['.repeat(20_000), '{"update_id":1}', '']);
    const update: Record<string, unknown> = { update_id: idOf(), ...made() };
    for (let times = dice.chance(0.4) ? dice.whole(1, 3) : 0; times > 0; times--) damage(update, dice);
    const body = JSON.stringify(update);
    if (past.push(body) > 200) past.shift();
    return body;
  };
}

/** Puts something else in a place of a value, takes the place away, or puts the whole into itself. */
function damage(update: Record<string, unknown>, dice: Dice): void {
  let holder = update;
  for (;;) {
    const key = dice.pick(Object.keys(holder).filter((name) => name !== 'update_id'));
    if (key === undefined) return;
    const at = holder[key];
    if (typeof at === 'object' && at !== null && !Array.isArray(at) && dice.chance(0.75)) {
      holder = at as Record<string, unknown>;
      continue;
    }
    const how = dice.whole(1, 6);
    if (how === 1) delete holder[key];
    else if (how === 2) holder[key] = [at, at];
    else if (how === 3) holder.reply_to_message = structuredClone(update.message ?? {});
    else holder[key] = dice.pick(HOSTILE);
    return;
  }
}

/** Bodies of the gateway's webhook, of which some speak of orders that are there. */
export function hostilePayments(refs: readonly string[], transactions: readonly string[], dice: Dice): () => string {
  return () => {
    if (dice.chance(0.05)) return dice.pick(['{', '', '[]', 'null', 'x'.repeat(200_000), '['.repeat(20_000), '\u0000']);
    const hint: Record<string, unknown> = {
      txn_id: dice.chance(0.5) ? dice.pick(transactions) : `txn-${dice.whole(1, 1e6)}`,
      order_id: dice.chance(0.5) ? dice.pick(refs) : dice.pick(['tg1-a', 'tg9007199254740993-zz', '../../x', 'tg-1']),
      amount: dice.pick([20_000, '20000', '2e4', -1, 0, 2 ** 53, null]),
      status: dice.pick(['completed', 'COMPLETED', 'canceled', 'pending', 7]),
      is_sandbox: dice.chance(0.5),
      completed_at: dice.pick(['2026-12-01T00:00:00.123456789Z', 'kemarin', null]),
    };
    if (dice.chance(0.4)) damage({ hint }, dice);
    if (dice.chance(0.3)) hint[dice.pick(Object.keys(hint))] = dice.pick(HOSTILE);
    return JSON.stringify(hint);
  };
}
