import { z } from 'zod';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { type Gateway, type GatewayMethod, methodOf } from '../../../gateway/index.ts';
import type { Configuration } from '../../staff/configuration/index.ts';
import { toggled } from './copy.ts';
import { findChoice, putChoice } from './sql.ts';

/** The ways to pay through the gateway, and which of them the seller offers. */
export type PaymentMethods = {
  /** All that the gateway has; buttons hold positions in this list. */
  readonly all: Gateway['methods'];
  /** What people call a way to pay, also one that is no method of the gateway. */
  labelOf(id: string): string;
  /** What the seller offers, in the gateway's order; never empty. */
  enabled(on: Queryable): Promise<GatewayMethod[]>;
  /** Switches one on or off. `last` when it is the only one that is on. */
  toggle(tx: Tx, actor: Actor, method: GatewayMethod): Promise<'on' | 'off' | 'last'>;
};

/** What an older or newer version kept may name methods that this one does not know. */
const Choice = z.array(z.string());

export function createPaymentMethods(deps: {
  gateway: Pick<Gateway, 'methods'>;
  configuration: Pick<Configuration, 'change'>;
}): PaymentMethods {
  const { gateway } = deps;
  const OTHER: Record<string, string> = { balance: 'Saldo', manual: 'Transfer manual' };

  async function enabled(on: Queryable): Promise<GatewayMethod[]> {
    const chosen = new Set(Choice.safeParse(await findChoice(on)).data);
    const known = gateway.methods.filter(({ id }) => chosen.has(id));
    return known.length > 0 ? known : [gateway.methods[0]];
  }

  return {
    all: gateway.methods,
    labelOf: (id) => OTHER[id] ?? methodOf(gateway, id)?.label ?? id,
    enabled,
    toggle: (tx, actor, method) =>
      deps.configuration.change<'on' | 'off' | 'last'>(tx, actor, async () => {
        const before = (await enabled(tx)).map(({ id }) => id);
        const isOn = before.includes(method.id);
        const after = isOn ? before.filter((id) => id !== method.id) : [...before, method.id];
        if (after.length === 0) return { outcome: 'last' };
        await putChoice(tx, after, actor.id);
        return {
          outcome: isOn ? 'off' : 'on',
          changed: {
            action: 'payment_methods.changed',
            target: 'payments.methods',
            before: { methods: before },
            after: { methods: after },
            summary: toggled(method.label, !isOn),
          },
        };
      }),
  };
}
