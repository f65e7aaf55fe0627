import type { Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import type { Actor } from '../../../bot/context.ts';
import { type Html, plainText } from '../../../bot/html.ts';
import type { OwnerEvents } from '../../delivery/owner-events/index.ts';
import type { Audit, AuditEvent } from '../audit/index.ts';
import { changeNotice } from './copy.ts';
import type { Snapshots } from './snapshots.ts';
import { lockConfiguration, nameOfActor } from './sql.ts';

/** What a change of the configuration came to. `summary` is one line for the owners, such as `Harga Netflix: … → …`. */
export type Change = Omit<AuditEvent, 'actor'> & { summary: Html };

export type Configuration = {
  /**
   * Makes one change of what the shop's people set (templates, terms, categories, products' settings, vouchers): `make`
   * does it and says what changed, if anything did. What was set before is kept as a snapshot, the change is written to the
   * audit log and told to the owners, all in this transaction. One change is made at a time: others wait here, so a
   * transaction comes here before it locks any row.
   */
  change<T>(tx: Tx, actor: Actor, make: () => Promise<{ outcome: T; changed?: Change }>): Promise<T>;
};

export function createConfiguration(deps: {
  audit: Audit;
  owners: Pick<OwnerEvents, 'notify'>;
  snapshots: Pick<Snapshots, 'read' | 'keep'>;
}): Configuration {
  return {
    async change(tx, actor, make) {
      await lockConfiguration(tx);
      const before = await deps.snapshots.read(tx);
      const { outcome, changed } = await make();
      if (changed) {
        const { summary, ...event } = changed;
        await deps.snapshots.keep(tx, actor, plainText(summary), before);
        await deps.audit.record(tx, { actor, ...event });
        const cause = `${event.action}:${event.target}:${shortId()}`;
        const name = (await nameOfActor(tx, actor.id)) ?? String(actor.id);
        await deps.owners.notify(tx, { cause, kind: 'configuration', text: changeNotice(actor, name, summary) });
      }
      return outcome;
    },
  };
}
