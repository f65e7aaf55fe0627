import { fingerprint, open, type SealingKey, seal } from '../../../../kernel/crypto.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import type { Actor } from '../../../bot/context.ts';
import type { Audit } from '../../staff/audit/index.ts';
import type { NotifyAdmins } from '../users/index.ts';
import { shortageNotice } from './copy.ts';
import { type Content, identityOf, readUnit, type Unit, type UnitForm, writeUnit } from './files.ts';
import type { Units } from './intake.ts';
import type { Restocked } from './schema.ts';
import {
  countAvailable,
  countUnsold,
  findAvailable,
  holdProduct,
  insertUnits,
  listAvailable,
  listShortfalls,
  lockProducts,
  lockRestock,
  markShortages,
  releaseUnits,
  reserveUnits,
  resetNotice,
  type Shortfall,
  type StockLine,
  type StoredUnit,
  sellUnits,
  soldContents,
  type UnitCounts,
  withdrawUnits,
} from './sql.ts';
import {
  copyEndless,
  endlessAmong,
  findEndless,
  findFile,
  putEndless,
  refusedCopies,
  renewCopies,
  setContent,
} from './sql-endless.ts';

export type Reservation = { kind: 'reserved' } | { kind: 'short'; lines: { productId: number; available: number }[] };

/** A unit that is not sold, opened for an admin. */
export type UnsoldUnit = Content & { id: number; productId: number; addedAt: Date };

/** The admins hear of a product when this many units are left, and when none is. */
const LOW_STOCK = 3;

/** Units sealed and written by one statement: long enough to be fast, short enough not to hold up the other chats. */
const BATCH = 1000;

export type Stock = {
  available(on: Queryable, productIds: readonly number[]): Promise<Map<number, number>>;
  /** Holds units for an order, all or nothing. Locks the products until the transaction ends. */
  reserve(tx: Tx, orderId: number, lines: readonly StockLine[]): Promise<Reservation>;
  /** Gives back what an order holds. Returns the number of units. */
  release(tx: Tx, orderId: number): Promise<number>;
  /** Turns what an order holds into what was sold. Returns the number of units. */
  sell(tx: Tx, orderId: number): Promise<number>;
  /** What a paid order bought, opened, in the order of its products. */
  contentsOf(on: Queryable, orderId: number): Promise<(Content & { productId: number })[]>;
  seal(unit: Unit, productId: number): { content: string; form: UnitForm; fingerprint: string };
  /** The content of a product that is sold any number of times, opened; undefined when none was set. */
  endless(on: Queryable, productId: number): Promise<Content | undefined>;
  /**
   * Sets that content. What is delivered already stays what it was; orders that nobody has received yet get the new one.
   */
  setEndless(tx: Tx, actor: Actor, productId: number, unit: Unit): Promise<'set' | 'replaced' | 'gone'>;

  /**
   * Adds units in the order they were sent; those that the product has or ever sold are counted and skipped. A file that is
   * known and comes under another id is renewed by it, sold or not: the old id may be one of another bot.
   */
  add(
    tx: Tx,
    actor: Actor,
    productId: number,
    units: Units,
  ): Promise<({ kind: 'added' } & Restocked) | { kind: 'gone' }>;
  counts(on: Queryable, productId: number): Promise<UnitCounts>;
  /** Units that could be sold now, oldest first. */
  unsold(on: Queryable, productId: number, page: { limit: number; offset: number }): Promise<UnsoldUnit[]>;
  /** One unit, unless it was reserved, sold or removed. */
  unit(on: Queryable, unitId: number): Promise<UnsoldUnit | undefined>;
  /** Products on sale of which few units are left, the scarcest first, at most `limit`, and how many there are. */
  shortfalls(on: Queryable, limit: number): Promise<{ products: Shortfall[]; total: number }>;
  /** Withdraws one unit from sale. False when it is no longer unsold. */
  removeUnit(tx: Tx, actor: Actor, unitId: number): Promise<boolean>;
  /** Withdraws every unsold unit up to the one that was newest when the admin looked. Returns how many. */
  removeUnits(tx: Tx, actor: Actor, productId: number, upTo: number): Promise<number>;
  /** Tells the admins, once until it is restocked, of each product that runs low or out. After a reservation or a sale; withdrawing does it by itself. */
  noteLevels(tx: Tx, productIds: readonly number[]): Promise<void>;
};

export function createStock(deps: {
  key: SealingKey;
  audit: Audit;
  /** Called in a transaction that put units of these products on the shelf, new ones or some that an order gave back. */
  onAvailable(tx: Tx, productIds: readonly number[]): Promise<void>;
  notifyAdmins: NotifyAdmins;
}): Stock {
  const { key, audit } = deps;
  const place = (productId: number) => `stock:${productId}`;
  const sealUnit = (unit: Unit, productId: number) => {
    const { form, text } = writeUnit(unit);
    return { content: seal(text, key, place(productId)), form, fingerprint: fingerprint(identityOf(unit), key) };
  };
  const openUnit = (sealed: { form: UnitForm; content: string }, productId: number): Content =>
    readUnit(sealed.form, open(sealed.content, [key], place(productId)));
  const opened = ({ form, content, ...unit }: StoredUnit): UnsoldUnit => ({
    ...unit,
    ...openUnit({ form, content }, unit.productId),
  });

  /** Takes the ids of files that the product knows under others. Returns how many those were. */
  async function renewFiles(tx: Tx, productId: number, files: Units['files'] = []): Promise<number> {
    let renewed = 0;
    for (const file of files) {
      const known = await findFile(tx, productId, fingerprint(identityOf(file), key));
      const before = known && openUnit({ form: 'file', content: known.content }, productId).file;
      if (!known || !before || before.fileId === file.fileId) continue;
      await setContent(tx, known.id, sealUnit({ ...before, fileId: file.fileId }, productId).content);
      renewed += 1;
    }
    return renewed;
  }

  async function noteLevels(tx: Tx, productIds: readonly number[]): Promise<void> {
    for (const shortage of await markShortages(tx, productIds, LOW_STOCK)) {
      const cause = `stock:${shortage.id}:${shortage.level}:${shortId()}`;
      await deps.notifyAdmins(tx, cause, shortageNotice(shortage));
    }
  }

  async function withdraw(tx: Tx, actor: Actor, productId: number, from: number, upTo: number): Promise<number> {
    await lockProducts(tx, [productId]);
    const removed = await withdrawUnits(tx, productId, from, upTo);
    if (removed > 0) {
      const target = `product:${productId}`;
      await audit.record(tx, { actor, action: 'stock.removed', target, after: { removed } });
      await noteLevels(tx, [productId]);
    }
    return removed;
  }

  return {
    available: countAvailable,
    async reserve(tx, orderId, lines) {
      const ids = lines.map((line) => line.productId);
      await lockProducts(tx, ids);
      const available = await countAvailable(tx, ids);
      const short = lines
        .map(({ productId, quantity }) => ({ productId, quantity, available: available.get(productId) ?? 0 }))
        .filter((line) => line.available < line.quantity);
      if (short.length > 0) return { kind: 'short', lines: short };
      const endless = await endlessAmong(tx, ids);
      for (const line of lines) {
        const reserved = endless.has(line.productId)
          ? await copyEndless(tx, orderId, line.productId)
          : await reserveUnits(tx, orderId, line);
        // Whoever takes units holds the lock of their product; this would be a defect, and must not be sold.
        if (reserved !== line.quantity) throw new Error('fewer units were reserved than were counted under the lock');
      }
      return { kind: 'reserved' };
    },
    async release(tx, orderId) {
      const products = await releaseUnits(tx, orderId);
      if (products.length > 0) await deps.onAvailable(tx, [...new Set(products)]);
      return products.length;
    },
    sell: sellUnits,
    async contentsOf(on, orderId) {
      const units = await soldContents(on, orderId);
      return units.map((unit) => ({ productId: unit.productId, ...openUnit(unit, unit.productId) }));
    },
    seal: sealUnit,
    async endless(on, productId) {
      const sealed = await findEndless(on, productId);
      return sealed && openUnit(sealed, productId);
    },
    async setEndless(tx, actor, productId, unit) {
      if (!(await holdProduct(tx, productId, 'endless'))) return 'gone';
      const before = await findEndless(tx, productId);
      const sealed = sealUnit(unit, productId);
      await putEndless(tx, productId, actor.id, sealed);
      await renewCopies(tx, productId, sealed);
      // Whoever holds this very file and asks for it again gets it under the id that the bot knows.
      for (const copy of typeof unit === 'string' ? [] : await refusedCopies(tx, productId)) {
        const { file } = openUnit({ form: 'file', content: copy.content }, productId);
        if (!file || typeof unit === 'string' || file.uniqueId !== unit.uniqueId) continue;
        await setContent(tx, copy.id, sealUnit({ ...file, fileId: unit.fileId }, productId).content);
      }
      const action = before ? 'stock.replaced' : 'stock.added';
      await audit.record(tx, { actor, action, target: `product:${productId}`, after: { form: sealed.form } });
      if (!before) await deps.onAvailable(tx, [productId]);
      return before ? 'replaced' : 'set';
    },

    async add(tx, actor, productId, { units: texts, files, empty, tooLong }) {
      await lockRestock(tx, productId);
      if (!(await holdProduct(tx, productId))) return { kind: 'gone' };
      const units: Unit[] = [...texts, ...(files ?? [])];
      const renewed = await renewFiles(tx, productId, files);
      let added = 0;
      for (let from = 0; from < units.length; from += BATCH) {
        const batch = units.slice(from, from + BATCH).map((unit) => sealUnit(unit, productId));
        added += await insertUnits(tx, productId, actor.id, batch);
      }
      if (added > 0) await resetNotice(tx, productId);
      const counted = {
        added,
        duplicates: units.length - added - renewed,
        empty,
        tooLong,
        ...(files?.length ? { files: files.length } : {}),
        ...(renewed > 0 ? { renewed } : {}),
      };
      if (added > 0 || renewed > 0) {
        await audit.record(tx, { actor, action: 'stock.added', target: `product:${productId}`, after: counted });
      }
      const available = (await countAvailable(tx, [productId])).get(productId) ?? 0;
      if (added > 0) await deps.onAvailable(tx, [productId]);
      return { kind: 'added', ...counted, available };
    },
    counts: countUnsold,
    unsold: async (on, productId, page) => (await listAvailable(on, productId, page)).map(opened),
    async unit(on, unitId) {
      const unit = await findAvailable(on, unitId);
      return unit && opened(unit);
    },
    async shortfalls(on, limit) {
      const products = await listShortfalls(on, LOW_STOCK, limit);
      return { products, total: products[0]?.total ?? 0 };
    },
    async removeUnit(tx, actor, unitId) {
      const unit = await findAvailable(tx, unitId);
      if (!unit) return false;
      return (await withdraw(tx, actor, unit.productId, unitId, unitId)) > 0;
    },
    removeUnits: (tx, actor, productId, upTo) => withdraw(tx, actor, productId, 0, upTo),
    noteLevels,
  };
}
