import type { z } from 'zod';
import type { Tx } from '../../../../kernel/db.ts';
import type { Actor, Role } from '../../../bot/context.ts';

/** One thing that is set: a template, a product. Everything else about it is its module's own. */
export type Item = { id: number | string; name: string };

/** How what is set now differs from a snapshot. */
export type Difference<I extends Item = Item> = {
  changed: { now: I; kept: I }[];
  /** Deleted since. */
  missing: I[];
  /** Made since. */
  newer: I[];
};

/** What came of putting things back, by their names. */
export type Restored = { restored: string[]; refused: { name: string; reason: RefusalReason }[] };
export type RefusalReason = 'code_taken' | 'name_taken';

/** What a module contributes to a snapshot. The configuration knows nothing else of it. */
export type ConfigurationSection<I extends Item = Item> = {
  /** The same for ever: it is in the snapshots. */
  name: string;
  /** What people call these things. */
  label: string;
  item: z.ZodType<I>;
  /** Whether this role may put them back; everybody of the staff, if there is no such rule. */
  restorableBy?(role: Role): boolean;
  read(tx: Tx): Promise<I[]>;
  /** Puts back what changed and what is missing, rows in the order of their ids. Nobody else changes them meanwhile. */
  restore(tx: Tx, difference: Difference<I>, actor: Actor): Promise<Restored>;
};

/** Items by the name of their section. */
export type Content = Record<string, Item[]>;

export type SnapshotKind = 'automatic' | 'manual';

export type Snapshot = { id: number; at: Date; kind: SnapshotKind; reason: string; by: string };
