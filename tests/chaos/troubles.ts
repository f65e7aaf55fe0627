import type { FaultInput } from '../../sandbox/client.ts';
import { createDice, type Dice } from './dice.ts';

/** Something that goes wrong. */
export type Trouble =
  /** SIGKILL, or SIGTERM as at a new version. It stays down for a while. */
  | { kind: 'store'; signal: 'SIGKILL' | 'SIGTERM'; downMs: number }
  /** SIGKILL of the postmaster, so that it recovers from its log; or a restart that cuts everybody off. */
  | { kind: 'postgres'; how: 'kill' | 'restart'; downMs: number }
  | { kind: 'fault'; rule: FaultInput }
  /** Somebody leaves the project at Pakasir in sandbox mode for a while, and pays without money. */
  | { kind: 'sandbox_mode'; forMs: number }
  /** Telegram hands updates out again that it has handed out. */
  | { kind: 'repeated_updates' };

const TELEGRAM = [
  'sendMessage',
  'sendPhoto',
  'editMessageText',
  'editMessageCaption',
  'editMessageMedia',
  'deleteMessage',
  'answerCallbackQuery',
  'getUpdates',
  undefined,
] as const;
const PAKASIR = ['create', 'status', 'cancel', undefined] as const;
const KINDS = ['429', '5xx', 'drop_before', 'drop_after', 'timeout', 'hold_before', 'hold_after'] as const;

/** Pakasir loses the answer to a create, is odd about what settles nothing, or speaks of another order. */
const ODD_ANSWERS: readonly FaultInput[] = [
  { target: 'pakasir', kind: 'drop_after', method: 'create' },
  ...(['create', 'status', 'webhook'] as const).map(
    (method): FaultInput => ({
      target: 'pakasir',
      kind: 'patch',
      method,
      changes: { completed_at: 'kemarin sore', expired_at: 0, catatan: { baru: [true] } },
      spelled: { amount: 'text', fee: 'text', total_payment: 'text', status: 'capitalized' },
      ...(method === 'webhook' ? { headers: { 'content-type': 'application/x-www-form-urlencoded' } } : {}),
    }),
  ),
  { target: 'pakasir', kind: 'patch', method: 'webhook', headers: { 'x-secret': 'salah' } },
  { target: 'pakasir', kind: 'patch', method: 'webhook', changes: { amount: 1 } },
  { target: 'pakasir', kind: 'patch', method: 'create', changes: { order_id: 'tg1-orang-lain' } },
  { target: 'pakasir', kind: 'patch', method: 'create', changes: { project: 'toko-lain' } },
  { target: 'pakasir', kind: 'patch', method: 'create', without: ['qr_string'] },
  { target: 'pakasir', kind: 'patch', method: 'status', changes: { amount: 1 } },
  { target: 'pakasir', kind: 'patch', method: 'status', changes: { order_id: 'tg1-orang-lain' } },
];

const refusal = (method: string, words: string): FaultInput => ({
  target: 'telegram',
  kind: '400',
  method,
  description: `Bad Request: ${words}`,
});

/** Telegram refuses in its many words what it took a moment ago, and lets a tap and a message of one person change places. */
const ODD_REFUSALS: readonly FaultInput[] = [
  refusal('editMessageText', 'MESSAGE_ID_INVALID'),
  refusal('editMessageText', 'ENTITIES_TOO_LONG'),
  refusal('editMessageCaption', 'message to edit not found'),
  refusal('editMessageMedia', "message media can't be edited"),
  refusal('sendPhoto', 'IMAGE_PROCESS_FAILED'),
  refusal('deleteMessage', "message can't be deleted"),
  { target: 'telegram', kind: 'late', method: 'message', millis: 700 },
  { target: 'telegram', kind: 'late', method: 'callback_query', millis: 700 },
];

/** Troubles without end, each with the pause before it. The same seed, the same troubles in the same order. */
export function* troubles(seed: number): Generator<{ afterMs: number; trouble: Trouble }, never> {
  const dice = createDice(seed, 'troubles');
  // Each kind early, so that a short run meets them all; then as they come.
  yield { afterMs: 1500, trouble: { kind: 'fault', rule: repeats('telegram') } };
  yield { afterMs: 100, trouble: { kind: 'fault', rule: repeats('pakasir') } };
  for (const rule of [...ODD_ANSWERS, ...ODD_REFUSALS]) yield { afterMs: 0, trouble: { kind: 'fault', rule } };
  yield { afterMs: 1500, trouble: { kind: 'store', signal: 'SIGKILL', downMs: dice.whole(0, 1500) } };
  yield { afterMs: 4000, trouble: { kind: 'postgres', how: 'kill', downMs: dice.whole(0, 1500) } };
  yield { afterMs: 1500, trouble: { kind: 'sandbox_mode', forMs: dice.whole(500, 1500) } };
  for (;;) yield { afterMs: dice.whole(200, 2000), trouble: troubleOf(dice) };
}

function troubleOf(dice: Dice): Trouble {
  const roll = dice.whole(1, 100);
  if (roll <= 10) return { kind: 'store', signal: 'SIGKILL', downMs: dice.whole(0, 2000) };
  if (roll <= 13) return { kind: 'store', signal: 'SIGTERM', downMs: dice.whole(0, 1000) };
  if (roll <= 18) return { kind: 'postgres', how: 'kill', downMs: dice.whole(0, 2500) };
  if (roll <= 21) return { kind: 'postgres', how: 'restart', downMs: 0 };
  if (roll <= 30) return { kind: 'repeated_updates' };
  if (roll <= 36) return { kind: 'fault', rule: repeats('telegram') };
  if (roll <= 42) return { kind: 'fault', rule: repeats('pakasir') };
  if (roll <= 45) return { kind: 'sandbox_mode', forMs: dice.whole(300, 2500) };
  if (roll <= 57) return { kind: 'fault', rule: { ...dice.pick(ODD_ANSWERS), times: dice.whole(1, 5) } };
  if (roll <= 67) return { kind: 'fault', rule: { ...dice.pick(ODD_REFUSALS), times: dice.whole(1, 4) } };
  return { kind: 'fault', rule: faultOf(dice) };
}

const repeats = (target: 'telegram' | 'pakasir'): FaultInput => ({
  target,
  method: 'webhook',
  kind: 'repeat',
  times: 5,
});

function faultOf(dice: Dice): FaultInput {
  const target = dice.chance(0.65) ? 'telegram' : 'pakasir';
  const kind = dice.pick<FaultInput['kind']>(target === 'telegram' ? KINDS : [...KINDS, '401']);
  const method = dice.pick<string | undefined>(target === 'telegram' ? TELEGRAM : PAKASIR);
  const waits = kind === 'timeout' || kind.startsWith('hold');
  return {
    target,
    kind,
    ...(method ? { method } : {}),
    times: dice.whole(1, 4),
    skip: dice.whole(0, 3),
    ...(kind === '429' ? { retryAfter: dice.whole(1, 3) } : {}),
    ...(waits ? { millis: dice.whole(300, 4000) } : {}),
  };
}
