import { type Html, lines, MAX_TEXT, visibleLength } from './html.ts';

/** What a text costs of that which Telegram takes in one message. */
export type Weight = {
  /** Characters after entity parsing. */
  chars: number;
  /** Tags; those beyond the hundredth show nothing. */
  entities: number;
  /** Bytes of the tags as Telegram keeps them. With more than some 9,500 the message is refused. */
  entityBytes: number;
  /** Bytes as they are sent. */
  raw: number;
};

/** The most of one message, a margin left where Telegram does not say exactly. */
export const FULL: Weight = { chars: MAX_TEXT, entities: 100, entityBytes: 9000, raw: 32_000 };

/** Tags of a text that stands above others in one message, such as goods. */
export const HEADER_ENTITIES = 40;

/** A tag takes so much besides what it carries (an address, a language). */
const ENTITY_BYTES = 16;

const TAG = /<[a-z][a-z0-9-]*([^<>]*)>/gi;

export function weigh(text: Html): Weight {
  let entities = 0;
  let entityBytes = 0;
  for (const [, carried = ''] of text.matchAll(TAG)) {
    entities += 1;
    entityBytes += ENTITY_BYTES + Buffer.byteLength(carried);
  }
  return { chars: visibleLength(text), entities, entityBytes, raw: Buffer.byteLength(text) };
}

const KEYS = ['chars', 'entities', 'entityBytes', 'raw'] as const;

export const fits = (weight: Weight, room: Weight = FULL): boolean => KEYS.every((key) => weight[key] <= room[key]);

function minus(room: Weight, weight: Weight): Weight {
  const [chars, entities, entityBytes, raw] = KEYS.map((key) => room[key] - weight[key]) as [
    number,
    number,
    number,
    number,
  ];
  return { chars, entities, entityBytes, raw };
}

/**
 * Fills messages with blocks, in order, a line break between two. `reserved` is kept free in the first. Undefined when a
 * block fits into no message.
 */
export function pack(blocks: readonly Html[], reserved: Weight): Html[] | undefined {
  const messages: Html[][] = [[]];
  let room = minus(FULL, reserved);
  for (const block of blocks) {
    const plain = weigh(block);
    const weight = { ...plain, chars: plain.chars + 2, raw: plain.raw + 2 };
    if (!fits(weight)) return undefined;
    if (!fits(weight, room)) {
      messages.push([]);
      room = FULL;
    }
    messages.at(-1)?.push(block);
    room = minus(room, weight);
  }
  return messages.map((message) => lines(...message));
}

/**
 * Characters that do not arrive as they were sent in a text: Telegram makes blanks of TAB and its like, and drops what turns
 * the direction of writing or draws lines through words. In a file every byte arrives.
 */
const CHANGED = new RegExp(
  ['[\\u0000-\\u0009', '\\u000b-\\u001f', '\\u2028-\\u202e', '\\u0333', '\\u033f', '\\u030a]'].join(''),
);

export const arrivesAsItIs = (text: string): boolean => !CHANGED.test(text);
