import { createHash } from 'node:crypto';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { clip } from '../../../bot/html.ts';
import { type Page, paged } from '../../../bot/paging.ts';
import { differenceOf } from './difference.ts';
import type { ConfigurationSection, Content, Difference, Snapshot, SnapshotKind } from './schema.ts';
import {
  findSnapshot,
  insertSnapshot,
  listSnapshots,
  lockConfiguration,
  newestSnapshot,
  pruneAutomatic,
} from './sql.ts';

/** What a snapshot holds of one module, and how that differs from now. */
export type SectionView = { label: string; count: number; difference: Difference };

export type Snapshots = {
  /** Everything that is set now, section by section. */
  read(tx: Tx): Promise<Content>;
  /** Keeps what was set before a change. Returns the snapshot that holds it: the newest one, if nothing changed since. */
  keep(tx: Tx, actor: Actor, reason: string, content: Content): Promise<number>;
  /** Keeps what is set now, because somebody asked for it. Twice the same makes one. */
  make(tx: Tx, actor: Actor): Promise<{ kind: 'made' | 'exists'; id: number }>;
  page(on: Queryable, page: number): Promise<Page<Snapshot>>;
  find(on: Queryable, id: number): Promise<(Snapshot & { content: Content }) | undefined>;
  compare(tx: Tx, content: Content): Promise<SectionView[]>;
};

const PAGE_SIZE = 5;
/** Automatic snapshots beyond these go, oldest first. */
const KEEP_AUTOMATIC = 200;
const LONGEST_REASON = 300;

export function createSnapshots(deps: { sections: readonly ConfigurationSection[]; clock: Clock }): Snapshots {
  const { sections } = deps;

  async function read(tx: Tx): Promise<Content> {
    const content: Content = {};
    for (const section of sections) content[section.name] = await section.read(tx);
    return content;
  }

  function insert(tx: Tx, actor: Actor, kind: SnapshotKind, reason: string, hash: string, content: string) {
    const row = { at: deps.clock.now(), kind, reason: clip(reason, LONGEST_REASON), actorId: actor.id, hash, content };
    return insertSnapshot(tx, row);
  }

  return {
    read,
    async keep(tx, actor, reason, content) {
      const { hash, text } = written(content);
      const newest = await newestSnapshot(tx);
      if (newest?.hash === hash) return newest.id;
      const id = await insert(tx, actor, 'automatic', reason, hash, text);
      await pruneAutomatic(tx, KEEP_AUTOMATIC);
      return id;
    },
    async make(tx, actor) {
      await lockConfiguration(tx);
      const { hash, text } = written(await read(tx));
      const newest = await newestSnapshot(tx);
      if (newest?.hash === hash && newest.kind === 'manual') return { kind: 'exists', id: newest.id };
      return { kind: 'made', id: await insert(tx, actor, 'manual', '', hash, text) };
    },
    page: (on, page) => paged(page, PAGE_SIZE, (window) => listSnapshots(on, window)),
    find: findSnapshot,
    async compare(tx, content) {
      const views: SectionView[] = [];
      for (const section of sections) {
        const kept = itemsOf(section, content);
        if (kept)
          views.push({
            label: section.label,
            count: kept.length,
            difference: differenceOf(kept, await section.read(tx)),
          });
      }
      return views;
    },
  };
}

/** What a snapshot holds of a section; undefined when it was made before the section was. */
export function itemsOf(
  section: ConfigurationSection,
  content: Content,
): ReturnType<typeof section.item.parse>[] | undefined {
  return section.item.array().optional().parse(content[section.name]);
}

function written(content: Content): { hash: string; text: string } {
  const text = JSON.stringify(content);
  return { hash: createHash('sha256').update(text).digest('hex'), text };
}
