import { AppError } from '../../../kernel/errors.ts';

/**
 * What `work` resolves with, or a fault after `ms`: an engine that neither answers nor refuses keeps nobody waiting. The
 * work itself goes on, and what it comes to is heard by nobody.
 * @throws AppError DEADLINE_EXCEEDED, or whatever `work` rejects with
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const fault = () => reject(new AppError('DEADLINE_EXCEEDED', `${what} took longer than ${ms / 1000} seconds.`));
  const timer = setTimeout(fault, ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
