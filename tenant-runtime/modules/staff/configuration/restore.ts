import type { Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { beforeRestore, restoredNotice } from './copy.ts';
import { differenceOf } from './difference.ts';
import type { ConfigurationSection, Restored } from './schema.ts';
import type { Configuration } from './service.ts';
import { itemsOf, type Snapshots } from './snapshots.ts';
import { safetyOfRestore } from './sql.ts';

/** What a restore did to one module: `newer` things were left alone, and all of it where the person may not change it. */
export type SectionReport = Restored & { label: string; newer: string[]; skipped: boolean };

export type Restoration =
  | { kind: 'restored'; safety: number; sections: SectionReport[] }
  /** There was nothing to put back, or nothing that could be. */
  | { kind: 'unchanged'; sections: SectionReport[] }
  /** Everything is as in the snapshot, since it was restored before. */
  | { kind: 'already'; safety: number }
  | { kind: 'gone' };

/** Puts everything that a snapshot holds back as it was, in one transaction. */
export type Restore = (tx: Tx, actor: Actor, snapshotId: number) => Promise<Restoration>;

export function createRestore(deps: {
  sections: readonly ConfigurationSection[];
  snapshots: Pick<Snapshots, 'read' | 'keep' | 'find'>;
  configuration: Configuration;
}): Restore {
  const { snapshots } = deps;

  return (tx, actor, snapshotId) =>
    deps.configuration.change<Restoration>(tx, actor, async () => {
      const snapshot = await snapshots.find(tx, snapshotId);
      if (!snapshot) return { outcome: { kind: 'gone' } };
      const now = await snapshots.read(tx);
      const reports: SectionReport[] = [];
      for (const section of deps.sections) {
        const kept = itemsOf(section, snapshot.content);
        if (!kept) continue;
        const difference = differenceOf(kept, now[section.name] ?? []);
        const newer = difference.newer.map((item) => item.name);
        const touched = difference.changed.length + difference.missing.length > 0;
        const skipped = touched && section.restorableBy?.(actor.role) === false;
        const done = touched && !skipped ? await section.restore(tx, difference, actor) : { restored: [], refused: [] };
        reports.push({ label: section.label, newer, skipped, ...done });
      }
      const restored = sum(reports, (report) => report.restored.length);
      const refused = sum(reports, (report) => report.refused.length);
      if (restored === 0) {
        const same = refused === 0 && !reports.some((report) => report.skipped);
        const before = same ? await safetyOfRestore(tx, snapshotId) : undefined;
        return {
          outcome:
            before === undefined ? { kind: 'unchanged', sections: reports } : { kind: 'already', safety: before },
        };
      }
      // The change keeps it anyhow; here its number is known.
      const safety = await snapshots.keep(tx, actor, beforeRestore(snapshotId), now);
      return {
        outcome: { kind: 'restored', safety, sections: reports },
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

const sum = (reports: readonly SectionReport[], of: (report: SectionReport) => number): number =>
  reports.reduce((total, report) => total + of(report), 0);
