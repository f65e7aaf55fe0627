/** Reads pages until there are `limit` items or no more pages. */
export async function collect<T>(
  limit: number,
  page: (cursor: string | undefined, size: number) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { items: more, nextCursor } = await page(cursor, Math.min(200, limit - items.length));
    items.push(...more);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items.slice(0, limit);
}
