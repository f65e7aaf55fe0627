import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tx } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Role } from '../../../bot/context.ts';
import { insertEntry } from './sql.ts';

/** What can be in the log, `<subject>.<verb>`. An action that is missing here, or has no label in the audit log, does not compile. */
export type AuditAction =
  | `template.${'changed' | 'reset' | 'rolled_back'}`
  | `product.${'created' | 'changed' | 'deleted' | 'archived'}`
  | `stock.${'added' | 'replaced' | 'removed'}`
  | `category.${'created' | 'renamed' | 'moved' | 'activated' | 'deactivated' | 'deleted'}`
  | `order.${'marked_paid' | 'refunded' | 'cancelled' | 'resent' | 'exported'}`
  | `user.${'blocked' | 'unblocked' | 'messaged' | 'balance_adjusted'}`
  | `voucher.${'created' | 'switched'}`
  | `broadcast.${'started' | 'stopped' | 'resumed' | 'finished'}`
  | `deposit.${'confirmed' | 'refused'}`
  | `delivery.${'hidden' | 'shown'}`
  | `configuration.${'restored'}`
  | `calculator.${'changed' | 'reset'}`
  | `payment_methods.${'changed'}`
  | `testimonial.${'connected' | 'disconnected' | 'switched_off'}`;

/** What actions are about. */
export type AuditSubject = AuditAction extends `${infer Subject}.${string}` ? Subject : never;

/** One change: who made it, to what, and what was before and after. Never goods, proofs or secrets. */
export type AuditEvent = {
  actor: { id: number; role: Role } | 'system';
  action: AuditAction;
  /** What was changed, such as `product:12`. */
  target: string;
  before?: unknown;
  after?: unknown;
};

export type Audit = {
  /** Writes the entry in the transaction of the change; the JSON line follows once it has committed. */
  record(tx: Tx, event: AuditEvent): Promise<void>;
  /** Resolves when every line is on disk. */
  flush(): Promise<void>;
};

export function createAudit(deps: { dir: string; timeZone: string; log: Log }): Audit {
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: deps.timeZone, dateStyle: 'short' });
  let writing: Promise<void> = Promise.resolve();

  function append(entry: { at: Date }): void {
    writing = writing
      .then(async () => {
        await mkdir(deps.dir, { recursive: true });
        await appendFile(join(deps.dir, `${dayOf.format(entry.at)}.log`), `${JSON.stringify(entry)}\n`);
      })
      // The database holds the entry; the file is a copy for reading without it.
      .catch((err) => deps.log.error({ err }, 'audit line not written to its file'));
  }

  return {
    async record(tx, event) {
      const actor = event.actor === 'system' ? { id: null, role: 'system' } : event.actor;
      const { actor: _, ...what } = event;
      const row = { actorId: actor.id, actorRole: actor.role, before: undefined, after: undefined, ...what };
      const { id, at } = await insertEntry(tx, row);
      tx.afterCommit(() => append({ id, at, ...row } as { at: Date }));
    },
    flush: () => writing,
  };
}
