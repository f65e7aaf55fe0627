import { AppError } from './errors.ts';

/**
 * What `work` resolves with, unless it takes longer than `ms`. Its signal aborts at the deadline and when `parent` aborts. Work
 * then has `graceMs` to come to a safe point; after that it goes on unheard, so that an engine which neither answers nor refuses
 * keeps nobody waiting.
 * @throws the reason of `parent`, AppError DEADLINE_EXCEEDED unless aborted work has a coded error of its own, or whatever
 * `work` rejects with
 */
export async function withDeadline<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
  graceMs = 0,
): Promise<T> {
  parent?.throwIfAborted();
  const ended = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  let grace: NodeJS.Timeout | undefined;
  const end = (reason: unknown) => {
    if (graceMs === 0) reject(reason);
    else grace ??= setTimeout(reject, graceMs, reason);
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
  } catch (error) {
    if (parent?.aborted) throw parent.reason;
    // A step that noticed the abort says so in many ways, but for one that knows better.
    if (ended.signal.aborted && !(error instanceof AppError)) throw ended.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    parent?.removeEventListener('abort', onParent);
  }
}
