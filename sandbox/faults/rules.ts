import { z } from 'zod';

const FAULT_KINDS = [
  // answered without effect
  '429',
  '401',
  '403',
  '400',
  '5xx',
  'answer',
  // Pakasir alone: the true answer, or webhook, with other values in it
  'patch',
  // not answered
  'timeout',
  'drop_before',
  'drop_after',
  // parked until the test releases it
  'hold_before',
  'hold_after',
  // webhook deliveries: every update or notification is sent twice
  'repeat',
  // an update arrives after those of other kinds that were sent later; its method is its kind, such as `message`
  'late',
] as const;

/** With `patch`: what differs from the truth. */
export const patchFields = {
  /** Fields that get other values or are added, and fields that are left out. */
  changes: z.record(z.string(), z.unknown()).optional(),
  without: z.array(z.string()).optional(),
  /** Fields whose true value is written another way: a number as text, a word with a capital letter. */
  spelled: z.record(z.string(), z.enum(['text', 'capitalized'])).optional(),
};

/**
 * What goes wrong, when and how often. A rule without `method` matches every call except `getUpdates`; webhook
 * deliveries are the method `webhook`. Pakasir's calls are `create`, `status`, `cancel`, `fee` and `simulate`.
 */
export const faultRule = z.strictObject({
  target: z.enum(['telegram', 'pakasir']),
  kind: z.enum(FAULT_KINDS),
  method: z.string().optional(),
  token: z.string().optional(),
  chatId: z.number().optional(),
  orderId: z.string().optional(),
  /** Only calls whose parameters, as JSON, contain this text. */
  contains: z.string().optional(),
  /** How many matching calls are hit. */
  times: z.union([z.int().min(1), z.literal('always')]).default(1),
  /** How many matching calls pass before the first is hit. */
  skip: z.int().min(0).default(0),
  /** Seconds, with `429`. */
  retryAfter: z.int().min(0).default(1),
  /** HTTP status, with `5xx`, `answer` and `patch`. */
  status: z.int().min(100).max(599).optional(),
  description: z.string().optional(),
  /** The body sent by `answer`. */
  body: z.unknown().optional(),
  ...patchFields,
  /** With `patch` of a webhook: headers that get other values or are added, in lower case. */
  headers: z.record(z.string(), z.string()).optional(),
  /** With `timeout`, `late` and the holds: milliseconds until it ends by itself. Without it, a release ends it. */
  millis: z.int().min(0).optional(),
});

export type FaultRule = z.infer<typeof faultRule>;
export type FaultInput = z.input<typeof faultRule>;

/** A rule and what it has done so far. */
export type FaultView = FaultRule & {
  id: string;
  /** Matching calls seen. */
  seen: number;
  /** Calls hit. */
  fired: number;
  /** Calls parked right now. */
  held: number;
};

/** What a rule is compared with. */
export type FaultSubject = {
  target: FaultRule['target'];
  method: string;
  token?: string | undefined;
  chatId?: number | undefined;
  orderId?: string | undefined;
  params?: unknown;
};

export function matches(rule: FaultRule, subject: FaultSubject): boolean {
  if (rule.target !== subject.target) return false;
  const method = subject.method.toLowerCase();
  if (rule.method === undefined ? method === 'getupdates' : rule.method.toLowerCase() !== method) return false;
  if (rule.token !== undefined && rule.token !== subject.token) return false;
  if (rule.chatId !== undefined && rule.chatId !== subject.chatId) return false;
  if (rule.orderId !== undefined && rule.orderId !== subject.orderId) return false;
  return rule.contains === undefined || (JSON.stringify(subject.params) ?? '').includes(rule.contains);
}
