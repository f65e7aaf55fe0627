import type { Tx } from '../../../kernel/db.ts';
import { shortId } from '../../../kernel/ids.ts';
import type { Actor } from '../../bot/context.ts';
import type { Html } from '../../bot/html.ts';
import type { Audit, AuditEvent } from '../audit/index.ts';
import type { OwnerEvents } from '../owner-events/index.ts';
import { changeNotice } from './copy.ts';

/** What a change of the configuration came to. `summary` is one line for the owners, such as `Harga Netflix: … → …`. */
export type Change = Omit<AuditEvent, 'actor'> & { summary: Html };

export type Configuration = {
  /**
   * Makes one change of what the shop's people set (templates, terms, categories, products' settings, vouchers): `make`
   * does it and says what changed, if anything did. A change is written to the audit log and told to the owners, all in
   * this transaction.
   */
  change<T>(tx: Tx, actor: Actor, make: () => Promise<{ outcome: T; changed?: Change }>): Promise<T>;
};

export function createConfiguration(deps: { audit: Audit; owners: Pick<OwnerEvents, 'tell'> }): Configuration {
  return {
    async change(tx, actor, make) {
      const { outcome, changed } = await make();
      if (changed) {
        const { summary, ...event } = changed;
        await deps.audit.record(tx, { actor, ...event });
        const cause = `${event.action}:${event.target}:${shortId()}`;
        await deps.owners.tell(tx, { cause, kind: 'configuration', text: changeNotice(actor, summary) });
      }
      return outcome;
    },
  };
}
