import { AppError } from '../../../kernel/errors.ts';
import { includes } from '../../api/auth/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { KeyScope, OperationKind } from '../../api/contract/index.ts';
import type { OperationParams } from './sql.ts';

/** The least scope that an operation asks of whoever begins it, resumes it or breaks it off. */
const scopeOf = (kind: OperationKind, params: OperationParams): KeyScope =>
  kind === 'remove' && params.purge ? 'admin' : 'operator';

/**
 * Asked where the operation is changed, whatever way the caller came.
 * @throws AppError FORBIDDEN
 */
export function assertMay({ scope: has }: Caller, kind: OperationKind, params: OperationParams): void {
  const needs = scopeOf(kind, params);
  if (includes(has, needs)) return;
  const what = needs === 'admin' ? 'To purge, which destroys the database,' : `The operation ${kind}`;
  throw new AppError('FORBIDDEN', `${what} needs an API key of scope ${needs}; yours is ${has}.`);
}
