/** A short message that goes by itself; one of an operation leads to it. */
export type Toast = { title: string; text?: string; operation?: string } | { problem: unknown };

const waiting: Toast[] = [];
const listeners = new Set<() => void>();

/** Shows a message at the edge of the screen, or what went wrong: `toast({ problem: error })`. */
export function toast(message: Toast): void {
  waiting.push(message);
  for (const listener of listeners) listener();
}

/** For the one who shows them: takes all that wait. */
export const takeToasts = (): Toast[] => waiting.splice(0);

export function onToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
