import type { Message, MessageEntity } from 'grammy/types';
import { z } from 'zod';
import { open, type SealingKey, seal } from '../../kernel/crypto.ts';

/**
 * Apps cut a text at 4096 characters, and look for a line break or a blank before that. A message that is this long may be
 * the first piece of a longer one.
 */
export const NEARLY_FULL = 3500;
const FULL = 4096;
/** Pieces of one text are sent at once: one that was sent later than this after the last, in seconds, is another answer. */
const SENT_WITHIN_S = 10;
/** More pieces make an answer that is taken as it is. */
const MOST_PIECES = 100;

const Piece = z.object({ id: z.number(), date: z.number(), text: z.string(), entities: z.array(z.unknown()) });
const Held = z.object({ first: z.looseObject({ message_id: z.number() }), pieces: z.array(Piece) });
export type Held = z.infer<typeof Held>;
type Text = Message & { text: string };

const place = (userId: number): string => `answer:${userId}`;

/** What may be goods is sealed, as it is in the stock. */
export const sealHeld = (held: Held, userId: number, key: SealingKey): string =>
  seal(JSON.stringify(held), key, place(userId));

export const openHeld = (sealed: string, userId: number, key: SealingKey): Held =>
  Held.parse(JSON.parse(open(sealed, [key], place(userId))));

/** The pieces with one more; undefined when that message is no part of them. */
export function withPiece(held: Held | undefined, message: Text): Held | undefined {
  const piece = { id: message.message_id, date: message.date, text: message.text, entities: message.entities ?? [] };
  if (!held) return { first: { ...message }, pieces: [piece] };
  const near = held.pieces.some(({ date }) => Math.abs(piece.date - date) <= SENT_WITHIN_S);
  if (!near || held.pieces.length >= MOST_PIECES) return undefined;
  return { ...held, pieces: [...held.pieces, piece] };
}

/**
 * The message that was cut, whole again, in the order in which its pieces were sent. Telegram takes white space off the ends
 * of a piece, so what was cut at is guessed: a full piece was cut within a word; below that at a line break if the piece has
 * one in its second half, where apps look for it first, and else at a blank.
 */
export function joined({ first, pieces }: Held): Message {
  const inOrder = pieces.toSorted((a, b) => a.id - b.id);
  let text = '';
  const entities: MessageEntity[] = [];
  inOrder.forEach((piece, index) => {
    for (const entity of piece.entities as MessageEntity[]) {
      entities.push({ ...entity, offset: entity.offset + text.length });
    }
    text += piece.text + (index === inOrder.length - 1 ? '' : cutAt(piece.text));
  });
  const message_id = inOrder[0]?.id ?? first.message_id;
  return { ...first, message_id, text, ...(entities.length > 0 ? { entities } : {}) } as unknown as Message;
}

function cutAt(piece: string): string {
  if (piece.length >= FULL) return '';
  return piece.lastIndexOf('\n') >= FULL / 2 ? '\n' : ' ';
}
