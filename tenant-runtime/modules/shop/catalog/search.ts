import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { withoutInvisible } from '../../../../kernel/text.ts';
import { findSearch, forgetOldSearches, upsertSearch } from './sql-search.ts';

/** Each of them must be found. */
export type Words = readonly string[];

/** Longest search, in characters. */
export const MAX_QUERY = 64;

export type Query = { ok: true; query: string; words: Words } | { ok: false; problem: 'empty' | 'too_long' };

/** Reads what somebody searches for: words between blanks; signs are plain characters. */
export function parseQuery(text: string): Query {
  const query = withoutInvisible(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .normalize('NFC');
  if (query === '') return { ok: false, problem: 'empty' };
  if (query.length > MAX_QUERY) return { ok: false, problem: 'too_long' };
  return { ok: true, query, words: query.split(' ') };
}

export type Searches = {
  /** Keeps a search, so that buttons find it again by the id. */
  remember(tx: Tx, userId: number, query: string): Promise<number>;
  /** A search of this person; undefined when they have made many others since. */
  recall(on: Queryable, userId: number, id: number): Promise<string | undefined>;
};

/** Searches of one person that are kept. */
const KEPT = 20;

export function createSearches(): Searches {
  return {
    async remember(tx, userId, query) {
      const id = await upsertSearch(tx, userId, query);
      await forgetOldSearches(tx, userId, KEPT);
      return id;
    },
    recall: findSearch,
  };
}
