import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import { type Html, html } from '../../../bot/html.ts';
import { type Answer, CLOSED_CAUSES, type ClosedCause, type Gateway } from '../../../gateway/index.ts';
import type { Check } from '../../../http/health.ts';
import type { Outbox } from '../../delivery/outbox/index.ts';
import type { OwnerEvents } from '../../delivery/owner-events/index.ts';
import { beginFault, endFault, findState, putSandbox } from './sql.ts';

/** Stands on everything that is paid without money. */
export const TRIAL = html`🧪 <b>MODE UJI COBA</b>, bukan uang sungguhan`;

export const TRIAL_TOAST = '🧪 MODE UJI COBA, bukan uang sungguhan';

/** What sellers and owners are told. */
const copy = {
  begun(gateway: string, advice: string): Html {
    return html`🚨 <b>Pembayaran lewat ${gateway} sedang tidak bisa diterima</b>

${advice}

Selama belum beres, pesanan yang memilih pembayaran ini langsung kami batalkan dan pembelinya kami beri tahu. Begitu beres, kamu kami kabari lagi.`;
  },
  over(gateway: string): Html {
    return html`✅ Pembayaran lewat ${gateway} sudah bisa diterima lagi.`;
  },
} as const;

/**
 * Whether the gateway takes this store's orders, by what it answers. Sellers and owners are told once when it does not,
 * and once when it does again, restarts in between or not.
 */
export type GatewayState = {
  /** The gateway, watched by this: whoever asks it asks this one. */
  gateway: Gateway;
  /** Reads what was known when the store last ran. */
  load(): Promise<void>;
  /** Whether a transaction in sandbox mode is refused: its payment is no money. */
  refuses(transaction: { sandbox: boolean }): boolean;
  /** Whether the store tries its payments without money: each of its screens must say so. */
  isTrial(): boolean;
  check(): Check;
  /** While the gateway takes no orders, asks now and then whether it does again. */
  probe: { dueAt(): Date | undefined; run(): Promise<void> };
};

const PROBE_GAP_MS = 5 * 60_000;

export function createGatewayState(deps: {
  db: Db;
  gateway: Gateway;
  /** The operator lets the store be tried without money. */
  allowSandbox: boolean;
  outbox: Pick<Outbox, 'notifyAdmins'>;
  owners: Pick<OwnerEvents, 'notify'>;
  clock: Clock;
  /** The time of the next probe may have moved forward. */
  onFault(): void;
}): GatewayState {
  const { db, gateway, allowSandbox, clock } = deps;
  let fault: { cause: ClosedCause; since: Date } | undefined;
  let sandbox: boolean | undefined;
  let probedAt: number | undefined;

  async function notifyStaff(tx: Tx, cause: string, severity: 'error' | 'info', text: Html): Promise<void> {
    await deps.outbox.notifyAdmins(tx, cause, text);
    await deps.owners.notify(tx, { cause, kind: 'money', severity, text });
  }

  async function begin(cause: ClosedCause): Promise<void> {
    if (fault?.cause === cause) return;
    const since = fault?.since ?? clock.now();
    await db.tx(async (tx) => {
      const number = await beginFault(tx, gateway.name, cause, since);
      if (number === undefined) return;
      await notifyStaff(tx, `gateway:${number}:begun`, 'error', copy.begun(gateway.label, gateway.advice(cause)));
    });
    fault = { cause, since };
    probedAt = clock.now().getTime();
    deps.onFault();
  }

  async function end(): Promise<void> {
    if (!fault) return;
    await db.tx(async (tx) => {
      const number = await endFault(tx, gateway.name);
      if (number !== undefined) await notifyStaff(tx, `gateway:${number}:over`, 'info', copy.over(gateway.label));
    });
    fault = undefined;
  }

  const refuses = (transaction: { sandbox: boolean }): boolean => transaction.sandbox && !allowSandbox;

  async function observed<T>(answer: Answer<T>): Promise<Answer<T>> {
    if (answer.kind === 'closed') await begin(answer.cause);
    // Only a new transaction says whether the sandbox mode is over.
    if (answer.kind === 'ok' && fault?.cause !== 'sandbox') await end();
    return answer;
  }

  const watched: Gateway = {
    ...gateway,
    async create(order) {
      const answer = await gateway.create(order);
      if (answer.kind !== 'ok') return observed(answer);
      if (answer.value.sandbox !== sandbox) {
        await putSandbox(db, gateway.name, answer.value.sandbox);
        sandbox = answer.value.sandbox;
      }
      await (refuses(answer.value) ? begin('sandbox') : end());
      return answer;
    },
    status: async (transactionId) => observed(await gateway.status(transactionId)),
    cancel: async (transactionId) => observed(await gateway.cancel(transactionId)),
  };

  return {
    gateway: watched,
    async load() {
      const row = await findState(db, gateway.name);
      const cause = CLOSED_CAUSES.find((known) => known === row?.fault);
      fault = cause && { cause, since: row?.since ?? clock.now() };
      sandbox = row?.sandbox ?? undefined;
      probedAt = undefined;
    },
    refuses,
    isTrial: () => allowSandbox && sandbox !== false,
    check: () =>
      fault
        ? { ok: false, detail: `takes no payments since ${fault.since.toISOString()}: ${fault.cause}` }
        : { ok: true, detail: 'takes payments' },
    probe: {
      dueAt: () => fault && new Date((probedAt ?? clock.now().getTime() - PROBE_GAP_MS) + PROBE_GAP_MS),
      async run() {
        const [method] = gateway.methods;
        probedAt = clock.now().getTime();
        // Nobody sees this one, and it is taken back at once.
        const made = await watched.create({ ref: `probe-${shortId()}`, amount: method.min, method: method.id });
        if (made.kind === 'ok') await watched.cancel(made.value.transactionId);
      },
    },
  };
}
