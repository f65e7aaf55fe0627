import type { Entity } from '../../../sandbox/telegram/types.ts';

/** A text as a tree: plain parts, and parts that an entity covers. */
export type Part = string | { entity: Entity; parts: Part[] };

/**
 * The tree of a text and its entities, whose offsets count UTF-16 code units as JavaScript does. One that reaches over
 * the end of another is cut there in two; what lies outside of the text is left out. Pure.
 */
export function partsOf(text: string, entities: readonly Entity[]): Part[] {
  const inside = entities
    .map((entity) => cut(entity, 0, text.length))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return tree(text, inside, 0, text.length);
}

function tree(text: string, entities: readonly Entity[], from: number, to: number): Part[] {
  const parts: Part[] = [];
  let at = from;
  let rest = [...entities];
  while (rest.length > 0) {
    const [entity, ...others] = rest as [Entity, ...Entity[]];
    const end = entity.offset + entity.length;
    if (entity.offset > at) parts.push(text.slice(at, entity.offset));
    const within = others.filter(({ offset }) => offset < end);
    parts.push({
      entity,
      parts: tree(
        text,
        within.map((one) => cut(one, entity.offset, end)),
        entity.offset,
        end,
      ),
    });
    at = end;
    rest = others
      .map((one) => cut(one, end, to))
      .filter(({ length }) => length > 0)
      .sort((a, b) => a.offset - b.offset || b.length - a.length);
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

function cut(entity: Entity, from: number, to: number): Entity {
  const offset = Math.max(entity.offset, from);
  return { ...entity, offset, length: Math.min(entity.offset + entity.length, to) - offset };
}

/** An address that a tap may open; anything else, such as `javascript:`, is none. */
export function safeHref(url: string): string | undefined {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  return URL.canParse(full) && ['http:', 'https:', 'tg:', 'mailto:'].includes(new URL(full).protocol)
    ? full
    : undefined;
}
