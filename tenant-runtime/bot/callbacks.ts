import type { Composer } from 'grammy';
import type { StoreContext } from './context.ts';
import { admitOwner, admitStaff } from './staff.ts';

/** Names of the whole-number arguments of each action of a module. */
type Actions = Readonly<Record<string, readonly string[]>>;

type Args<Names extends readonly string[]> = { [I in keyof Names]: number };

export type Callbacks<A extends Actions> = {
  /** Callback data of a button, `<prefix>:<action>:<n>:<n>`: far below Telegram's 64 bytes. */
  pack<K extends keyof A & string>(action: K, ...args: Args<A[K]>): string;
  /** Registers the handler of an action. Data that does not parse is left for the stale-button handler. */
  on<K extends keyof A & string>(
    composer: Composer<StoreContext>,
    action: K,
    handler: (ctx: StoreContext, ...args: Args<A[K]>) => Promise<void>,
  ): void;
};

/** Packs and reads the callback data of one module. `prefix` is a short prefix of its own. */
export function defineCallbacks<const A extends Actions>(prefix: string, actions: A): Callbacks<A> {
  return define(prefix, actions, () => true);
}

/** Callbacks of admin screens: only staff come to its handlers, whoever presses. */
export function defineStaffCallbacks<const A extends Actions>(prefix: string, actions: A): Callbacks<A> {
  return define(prefix, actions, admitStaff);
}

/** Callbacks of admin screens for owners alone. */
export function defineOwnerCallbacks<const A extends Actions>(prefix: string, actions: A): Callbacks<A> {
  return define(prefix, actions, admitOwner);
}

function define<const A extends Actions>(
  prefix: string,
  actions: A,
  admit: (ctx: StoreContext) => boolean,
): Callbacks<A> {
  return {
    pack: (action, ...args) => [prefix, action, ...(args as readonly number[])].join(':'),
    on(composer, action, handler) {
      const arity = actions[action]?.length ?? 0;
      const pattern = new RegExp(`^${prefix}:${action}${':(-?\\d{1,16})'.repeat(arity)}$`);
      composer.callbackQuery(pattern, async (ctx) => {
        if (!admit(ctx)) return;
        const args = [...ctx.match].slice(1, arity + 1).map(Number);
        // The pattern has as many groups as the action has names.
        await handler(ctx, ...(args as Args<(typeof actions)[typeof action]>));
      });
    },
  };
}
