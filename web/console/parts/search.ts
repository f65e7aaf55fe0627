/** A text of the address; the router reads `?store=1` as a number. Undefined for anything else and for an empty one. */
export function textOf(value: unknown, longest = 100): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, longest) : undefined;
}

/** An object without what is undefined, so that the address says only what was chosen. */
export function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
