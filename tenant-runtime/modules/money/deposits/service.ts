import type { Clock } from '../../../../kernel/clock.ts';
import { open, type SealingKey, seal } from '../../../../kernel/crypto.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { GatewayMethod } from '../../../gateway/index.ts';
import { lockCustomer } from '../../shop/users/index.ts';
import type { GatewayPayment, SettledBy, Settlement } from '../orders/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { type Deposit, type Limits, limitsOf, MANUAL, MANUAL_LIMITS, Proof } from './schema.ts';
import {
  countDeposits,
  findProof,
  forgetProofs,
  insertDeposit,
  lockDeposit,
  openDepositOfMessage,
  setClosed,
  setPaid,
  setProof,
} from './sql.ts';

export type Opening =
  | { kind: 'created'; deposit: Deposit }
  /** The same button was pressed before, or the same proof sent. */
  | { kind: 'existing'; deposit: Deposit }
  | { kind: 'out_of_range'; min: Rupiah; max: Rupiah }
  | { kind: 'too_many_open'; open: number }
  | { kind: 'too_many_recent' }
  | { kind: 'blocked' };

type Request = { customer: { id: number }; amount: Rupiah; messageId: number };

/** What an admin's word about a transfer came to; `late`, somebody had decided before. */
export type Review = { kind: 'done' | 'late'; deposit: Deposit } | { kind: 'gone' };

export type Deposits = {
  /** A deposit that awaits its payment through the gateway. `messageId` is the chat message whose button was pressed. */
  open(tx: Tx, request: Request, method: GatewayMethod): Promise<Opening>;
  /** A transfer that the customer reports, for an admin to look at. `messageId` is the message that holds the proof. */
  report(tx: Tx, request: Request, proof: Proof): Promise<Opening>;
  /** Counts a verified payment, once, whoever brings it and however late: money that came is credited. */
  settle(tx: Tx, id: number, by: SettledBy, money: GatewayPayment): Promise<Settlement>;
  /** Ends a deposit that still awaits its payment. False when it does not. */
  close(tx: Tx, id: number, status: 'expired' | 'cancelled', reason: string): Promise<boolean>;
  /** Credits a reported transfer, once, on an admin's word. */
  confirm(tx: Tx, id: number, adminId: number, note: string | undefined): Promise<Review>;
  /** Ends a reported transfer that did not arrive. */
  refuse(tx: Tx, id: number, adminId: number, note: string): Promise<Review>;
  proofOf(on: Queryable, id: number): Promise<Proof | undefined>;
  /** Forgets proofs that were decided about long ago. */
  purge(on: Queryable): Promise<void>;
};

/** One customer has at most this many deposits that wait for somebody. */
const MAX_OPEN_DEPOSITS = 3;
/** And makes at most this many in this time. */
const MAX_RECENT_DEPOSITS = 10;
const RECENT_MS = 10 * 60_000;
/** Somebody may ask again about a transfer for as long as this after it was decided. */
const KEEP_PROOF_MS = 90 * 86_400_000;

export function createDeposits(deps: {
  wallet: Pick<Wallet, 'credit'>;
  key: SealingKey;
  clock: Clock;
  /** Called in every transaction that changes a deposit. */
  onChanged(tx: Tx, deposit: Deposit): Promise<void>;
}): Deposits {
  const { wallet, key, clock } = deps;
  const place = (id: number) => `deposit:${id}`;

  async function begin(
    tx: Tx,
    { id: method, min, max }: { id: string } & Limits,
    { customer, amount, messageId }: Request,
  ): Promise<Opening> {
    const { blocked } = await lockCustomer(tx, customer.id);
    const existing = await openDepositOfMessage(tx, customer.id, messageId);
    if (existing) return { kind: 'existing', deposit: existing };
    if (blocked) return { kind: 'blocked' };
    if (!Number.isSafeInteger(amount) || amount < min || amount > max) return { kind: 'out_of_range', min, max };
    const { open: waiting, recent } = await countDeposits(tx, customer.id, new Date(clock.now().getTime() - RECENT_MS));
    if (waiting >= MAX_OPEN_DEPOSITS) return { kind: 'too_many_open', open: waiting };
    if (recent >= MAX_RECENT_DEPOSITS) return { kind: 'too_many_recent' };
    const deposit = await insertDeposit(tx, {
      ref: `dp${customer.id}-${shortId()}`,
      userId: customer.id,
      method,
      amount,
      status: method === MANUAL ? 'awaiting_review' : 'awaiting_payment',
      messageId,
      at: clock.now(),
    });
    return { kind: 'created', deposit };
  }

  async function credit(
    tx: Tx,
    deposit: Deposit,
    by: SettledBy,
    entry: { source: string; amount: Rupiah; note: string | null },
  ): Promise<Deposit> {
    const { source, amount, note } = entry;
    const booked = { userId: deposit.userId, amount, kind: 'deposit', source, note: deposit.ref } as const;
    if (!(await wallet.credit(tx, booked))) throw new Error('a deposit was credited before');
    const paidAt = clock.now();
    await setPaid(tx, deposit.id, by, note, paidAt);
    const paid: Deposit = { ...deposit, status: 'paid', settledBy: by, note, paidAt };
    await deps.onChanged(tx, paid);
    return paid;
  }

  return {
    async open(tx, request, method) {
      const opening = await begin(tx, { id: method.id, ...limitsOf(method) }, request);
      if (opening.kind === 'created') await deps.onChanged(tx, opening.deposit);
      return opening;
    },

    async report(tx, request, proof) {
      const opening = await begin(tx, { id: MANUAL, ...MANUAL_LIMITS }, request);
      if (opening.kind !== 'created') return opening;
      const { id } = opening.deposit;
      await setProof(tx, id, seal(JSON.stringify(proof), key, place(id)));
      await deps.onChanged(tx, opening.deposit);
      return opening;
    },

    async settle(tx, id, by, money) {
      const locked = await lockDeposit(tx, id);
      const deposit = locked && { ...locked, sandbox: locked.sandbox || money.sandbox };
      if (!deposit) throw new Error('settling a deposit that does not exist');
      if (!(await money.claim(tx))) return { kind: 'already' };
      await credit(tx, deposit, by, { source: `payment:${money.id}`, amount: money.amount, note: deposit.note });
      return { kind: 'settled', late: deposit.status !== 'awaiting_payment' };
    },

    async close(tx, id, status, reason) {
      const deposit = await lockDeposit(tx, id);
      if (deposit?.status !== 'awaiting_payment') return false;
      const closedAt = clock.now();
      await setClosed(tx, id, status, { reason, note: null, at: closedAt });
      await deps.onChanged(tx, { ...deposit, status, closedReason: reason, closedAt });
      return true;
    },

    async confirm(tx, id, adminId, note) {
      const deposit = await lockDeposit(tx, id);
      if (deposit?.method !== MANUAL) return { kind: 'gone' };
      if (deposit.status !== 'awaiting_review') return { kind: 'late', deposit };
      const entry = { source: place(id), amount: deposit.amount, note: note ?? null };
      return { kind: 'done', deposit: await credit(tx, deposit, `admin:${adminId}`, entry) };
    },

    async refuse(tx, id, adminId, note) {
      const deposit = await lockDeposit(tx, id);
      if (deposit?.method !== MANUAL) return { kind: 'gone' };
      if (deposit.status !== 'awaiting_review') return { kind: 'late', deposit };
      const closing = { reason: `admin:${adminId}`, note, at: clock.now() };
      await setClosed(tx, id, 'refused', closing);
      const refused: Deposit = {
        ...deposit,
        status: 'refused',
        closedReason: closing.reason,
        note,
        closedAt: closing.at,
      };
      await deps.onChanged(tx, refused);
      return { kind: 'done', deposit: refused };
    },

    async proofOf(on, id) {
      const sealed = await findProof(on, id);
      return sealed === null ? undefined : Proof.parse(JSON.parse(open(sealed, [key], place(id))));
    },
    purge: (on) => forgetProofs(on, new Date(clock.now().getTime() - KEEP_PROOF_MS)),
  };
}
