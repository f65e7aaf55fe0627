import type { Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { beforeRestore, restoredNotice } from './copy.ts';
import { differenceOf } from './difference.ts';
import type { ConfigurationPart, Restored } from './schema.ts';
import type { Configuration } from './service.ts';
import { itemsOf, type Snapshots } from './snapshots.ts';
import { safetyOfRestore } from './sql.ts';

/** What a restore did to one room: `newer` things were left alone, and all of it where the person may not change it. */
export type PartReport = Restored & { label: string; newer: string[]; skipped: boolean };

export type Restoration =
  | { kind: 'restored'; safety: number; parts: PartReport[] }
  /** There was nothing to put back, or nothing that could be. */
  | { kind: 'unchanged'; parts: PartReport[] }
  /** Everything is as in the snapshot, since it was restored before. */
  | { kind: 'already'; safety: number }
  | { kind: 'gone' };

/** Puts everything that a snapshot holds back as it was, in one transaction. */
export type Restore = (tx: Tx, actor: Actor, snapshotId: number) => Promise<Restoration>;

export function createRestore(deps: {
  parts: readonly ConfigurationPart[];
  snapshots: Pick<Snapshots, 'read' | 'keep' | 'find'>;
  configuration: Configuration;
}): Restore {
  const { snapshots } = deps;

  return (tx, actor, snapshotId) =>
    deps.configuration.change<Restoration>(tx, actor, async () => {
      const snapshot = await snapshots.find(tx, snapshotId);
      if (!snapshot) return { outcome: { kind: 'gone' } };
      const now = await snapshots.read(tx);
      const reports: PartReport[] = [];
      for (const part of deps.parts) {
        const kept = itemsOf(part, snapshot.content);
        if (!kept) continue;
        const difference = differenceOf(kept, now[part.name] ?? []);
        const newer = difference.newer.map((item) => item.name);
        const touched = difference.changed.length + difference.missing.length > 0;
        const skipped = touched && part.restorableBy?.(actor.role) === false;
        const done = touched && !skipped ? await part.restore(tx, difference, actor) : { restored: [], refused: [] };
        reports.push({ label: part.label, newer, skipped, ...done });
      }
      const restored = sum(reports, (report) => report.restored.length);
      const refused = sum(reports, (report) => report.refused.length);
      if (restored === 0) {
        const same = refused === 0 && !reports.some((report) => report.skipped);
        const before = same ? await safetyOfRestore(tx, snapshotId) : undefined;
        return {
          outcome: before === undefined ? { kind: 'unchanged', parts: reports } : { kind: 'already', safety: before },
        };
      }
      // The change keeps it anyhow; here its number is known.
      const safety = await snapshots.keep(tx, actor, beforeRestore(snapshotId), now);
      return {
        outcome: { kind: 'restored', safety, parts: reports },
        changed: {
          action: 'configuration.restored',
          target: `snapshot:${snapshotId}`,
          before: { snapshot: safety },
          after: { snapshot: snapshotId, restored, refused },
          summary: restoredNotice(snapshotId, safety, restored, refused),
        },
      };
    });
}

const sum = (reports: readonly PartReport[], of: (report: PartReport) => number): number =>
  reports.reduce((total, report) => total + of(report), 0);
