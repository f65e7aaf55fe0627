import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Queryable } from '../../../kernel/db.ts';
import type { Caller } from '../caller.ts';
import { type AuditFilter, type AuditRow, insertAudit, selectAudit } from './sql.ts';

export type AuditRecord = {
  /** What was done, such as `tenant.create`. */
  action: string;
  /** To what, such as `tenant:warung`. */
  target: string;
  before?: unknown;
  after?: unknown;
  /** `accepted`, `done`, `denied`, or the code of a fault. */
  result: string;
};

export type Audit = {
  /** Appends an entry; in the transaction of the change where there is one. Never holds a secret. */
  record(on: Queryable, caller: Caller, entry: AuditRecord): Promise<void>;
  /** Newest first, older than the entry `before`. */
  list(filter: AuditFilter): Promise<AuditRow[]>;
};

export function createAudit({ db, clock }: { db: Db; clock: Clock }): Audit {
  return {
    record: (on, caller, { action, target, before, after, result }) =>
      insertAudit(on, {
        at: clock.now(),
        actor: caller.actor,
        action,
        target,
        before,
        after,
        result,
        request_id: caller.requestId,
      }),
    list: (filter) => selectAudit(db, filter),
  };
}
