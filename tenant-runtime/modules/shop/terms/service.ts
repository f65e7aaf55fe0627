import { InlineKeyboard } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import { open, type SealingKey, seal } from '../../../../kernel/crypto.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import { nameOf, type StoreUser } from '../../../bot/context.ts';
import { type Page, paged } from '../../../bot/paging.ts';
import type { Outbox } from '../../delivery/outbox/index.ts';
import { customerOf, type Order } from '../../money/orders/index.ts';
import type { Templates } from '../../staff/templates/index.ts';
import { termsCallbacks } from './callbacks.ts';
import { buttons, proofNotice, termsMessage, withProof } from './copy.ts';
import { mediaOf } from './evidence.ts';
import { type Evidence, readEvidence } from './schema.ts';
import {
  deleteProofs,
  findObligation,
  findProof,
  findProofOf,
  type ListedProof,
  listProofs,
  type Obligation,
  type StoredProof,
  termsOfOrder,
  upsertProof,
} from './sql.ts';
import { findProduct, listProducts, matchProducts, type TermsProduct } from './sql-products.ts';

export type Proof = ListedProof & { evidence: Evidence };

/** Whose product a typed code or number is. A code may look like the number of another product: then nobody guesses. */
export type Match = { kind: 'one'; product: TermsProduct } | { kind: 'none' } | { kind: 'ambiguous' };

export type Terms = {
  /** Sends the terms of what was delivered, one message per product that has them, in the transaction that ends a delivery. */
  announce(tx: Tx, order: Order): Promise<void>;
  /** What this customer was delivered; undefined when they were not, whatever a button says. */
  obligation(on: Queryable, userId: number, orderId: number, productId: number): Promise<Obligation | undefined>;
  /** Stores a proof in the place of the one before, and forwards it to the admins. True when there was one before. */
  submit(tx: Tx, customer: StoreUser, due: Obligation, evidence: Evidence): Promise<boolean>;
  proofOf(on: Queryable, orderId: number, productId: number): Promise<Proof | undefined>;
  /** Forgets proofs that are older than the store's days, sent or not. Returns how many. */
  purge(on: Queryable): Promise<number>;

  /** Products and their terms, for admins, five a page. */
  products(on: Queryable, of: { page: number; withTerms?: boolean | undefined }): Promise<Page<TermsProduct>>;
  product(on: Queryable, id: number): Promise<TermsProduct | undefined>;
  match(on: Queryable, typed: string): Promise<Match>;
  /** Proofs, newest first, five a page. */
  proofs(
    on: Queryable,
    of: { page: number; productId?: number | undefined; orderId?: number | undefined },
  ): Promise<Page<ListedProof>>;
  proof(on: Queryable, id: number): Promise<Proof | undefined>;
};

const PAGE_SIZE = 5;
const DAY_MS = 86_400_000;

export function createTerms(deps: {
  outbox: Outbox;
  templates: Templates;
  key: SealingKey;
  retentionDays: number;
  clock: Clock;
  failpoint: Failpoint;
}): Terms {
  const { outbox, templates, key, clock } = deps;
  const place = (of: { orderId: number; productId: number }) => `term-proof:${of.orderId}:${of.productId}`;

  function opened(stored: StoredProof | undefined): Proof | undefined {
    if (!stored) return undefined;
    const { content, ...listed } = stored;
    return { ...listed, evidence: readEvidence(open(content, [key], place(stored))) };
  }

  return {
    async announce(tx, order) {
      const customer = await customerOf(tx, order.userId);
      for (const { productId, name, terms } of await termsOfOrder(tx, order.id)) {
        const header = await templates.render(tx, 'snk', { nama: nameOf(customer), order_id: order.ref, produk: name });
        const keyboard = new InlineKeyboard().text(buttons.fulfil, termsCallbacks.pack('fulfil', order.id, productId));
        const cause = `order:${order.id}:terms:${productId}`;
        await outbox.send(tx, order.userId, cause, termsMessage(header, name, terms), keyboard);
      }
    },
    obligation: findObligation,
    async submit(tx, customer, due, evidence) {
      const content = seal(JSON.stringify(evidence), key, place(due));
      const { id, revision } = await upsertProof(tx, { ...due, kind: evidence.kind, content, at: clock.now() });
      tx.afterCommit(() => deps.failpoint('terms.stored'));
      const updated = revision > 1;
      const notice = proofNotice(customer, due, evidence, updated);
      await outbox.notifyAdminsInConfidence(tx, `term-proof:${id}:${revision}`, notice, {
        text: withProof(notice, evidence),
        ...mediaOf(evidence),
      });
      return updated;
    },
    proofOf: async (on, orderId, productId) => opened(await findProofOf(on, orderId, productId)),
    async purge(on) {
      const before = new Date(clock.now().getTime() - deps.retentionDays * DAY_MS);
      await outbox.dropConfidential(on, before);
      return deleteProofs(on, before);
    },

    products: (on, { page, withTerms }) =>
      paged(page, PAGE_SIZE, (window) => listProducts(on, { withTerms, ...window })),
    product: findProduct,
    async match(on, typed) {
      const id = /^\d{1,15}$/.test(typed) ? Number(typed) : undefined;
      const [product, other] = await matchProducts(on, typed, id);
      if (!product) return { kind: 'none' };
      return other ? { kind: 'ambiguous' } : { kind: 'one', product };
    },
    proofs: (on, { page, productId, orderId }) =>
      paged(page, PAGE_SIZE, (window) => listProofs(on, { productId, orderId, ...window })),
    proof: async (on, id) => opened(await findProof(on, id)),
  };
}
