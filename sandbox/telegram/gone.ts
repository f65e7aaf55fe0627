import { badRequest } from './api-error.ts';

/**
 * How Telegram words that a message is not there any more: all of these mean the same. The server answers the first
 * when it knows that the message is gone, the others when it learns so only while it edits or deletes.
 */
export const GONE_WORDINGS = ['not_found', 'MESSAGE_ID_INVALID', 'cannot'] as const;
export type GoneWording = (typeof GONE_WORDINGS)[number];

/** Always the same wording, or any of them as they come from a seed. */
export type GoneChoice = GoneWording | { seed: number };

export type GoneWords = {
  choose(choice: GoneChoice): void;
  /** The refusal to edit a message that is gone; media have words of their own. */
  edit(method: string): Error;
  delete(): Error;
};

export function createGoneWords(): GoneWords {
  let next: () => GoneWording = () => 'not_found';
  return {
    choose(choice) {
      next = typeof choice === 'string' ? () => choice : drawn(choice.seed);
    },
    edit(method) {
      switch (next()) {
        case 'not_found':
          return badRequest('message to edit not found');
        case 'MESSAGE_ID_INVALID':
          return badRequest('MESSAGE_ID_INVALID');
        case 'cannot':
          return badRequest(`message ${method === 'editMessageMedia' ? 'media ' : ''}can't be edited`);
      }
    },
    // Telegram has no MESSAGE_ID_INVALID for a deletion.
    delete: () => badRequest(next() === 'cannot' ? "message can't be deleted" : 'message to delete not found'),
  };
}

/** The same wordings in the same order for the same seed (mulberry32). */
function drawn(seed: number): () => GoneWording {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return GONE_WORDINGS[((mixed ^ (mixed >>> 14)) >>> 0) % GONE_WORDINGS.length]!;
  };
}
