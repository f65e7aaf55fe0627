import { badRequest } from './api-error.ts';
import type { Entity } from './types.ts';

/** Later entities count for nothing: their text stays, plain. */
const MAX_ENTITIES = 100;
/** What Telegram takes of entities in one message, about (BOT.md, "Telegram, the facts"). */
const MAX_ENTITY_BYTES = 9500;

/**
 * The entities that Telegram keeps of those that were sent.
 * @throws BotApiError ENTITIES_TOO_LONG
 */
export function keptEntities(entities: readonly Entity[]): Entity[] {
  const kept = entities.slice(0, MAX_ENTITIES);
  const bytes = kept.reduce((sum, entity) => sum + entityBytes(entity), 0);
  if (bytes > MAX_ENTITY_BYTES) throw badRequest('ENTITIES_TOO_LONG');
  return kept;
}

/** Constructor, offset and length, four bytes each. */
const BARE_BYTES = 12;

/** Bytes of an entity in Telegram's own encoding (TL), which is what its server counts: links and languages weigh. */
export function entityBytes(entity: Entity): number {
  switch (entity.type) {
    case 'text_link':
      return BARE_BYTES + stringBytes(entity.url ?? '');
    case 'pre':
      return BARE_BYTES + stringBytes(entity.language ?? '');
    case 'text_mention':
      // Constructor, id and access hash of the person.
      return BARE_BYTES + 20;
    case 'custom_emoji':
    case 'date_time':
      return BARE_BYTES + 8;
    case 'blockquote':
    case 'expandable_blockquote':
      return BARE_BYTES + 4;
    default:
      return BARE_BYTES;
  }
}

/** A TL string: its length in one byte, or four from 254 on, and filled up to a multiple of four. */
function stringBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  return Math.ceil(((bytes < 254 ? 1 : 4) + bytes) / 4) * 4;
}
