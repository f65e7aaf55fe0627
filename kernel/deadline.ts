import { AppError } from './errors.ts';

/**
 * What `work` resolves with, unless it takes longer than `ms`. Its signal aborts at the deadline and when `parent` aborts; work
 * that does not heed it goes on unheard, so that an engine which neither answers nor refuses keeps nobody waiting.
 * @throws AppError DEADLINE_EXCEEDED, the reason of `parent`, or whatever `work` rejects with
 */
export async function withDeadline<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  parent?.throwIfAborted();
  const ended = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    reject(reason);
    ended.abort(reason);
  };
  const onParent = () => end(parent?.reason);
  const timer = setTimeout(
    () => end(new AppError('DEADLINE_EXCEEDED', `${what} took longer than ${ms / 1000} seconds.`)),
    ms,
  );
  parent?.addEventListener('abort', onParent, { once: true });
  late.catch(() => {});
  try {
    return await Promise.race([work(ended.signal), late]);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', onParent);
  }
}
