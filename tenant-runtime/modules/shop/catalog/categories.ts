import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { type Html, html } from '../../../bot/html.ts';
import { type Page, paged } from '../../../bot/paging.ts';
import type { Change, Configuration } from '../../staff/configuration/index.ts';
import {
  categoryNameTaken,
  categoryOrder,
  deleteCategory,
  findCategory,
  insertCategory,
  pageOfCategories,
  type StaffCategory,
  writeCategory,
  writeCategoryOrder,
} from './sql-categories.ts';

const DONE = {
  created: 'ditambahkan',
  renamed: 'diganti namanya',
  activated: 'ditampilkan',
  deactivated: 'disembunyikan',
  moved: 'dipindah urutannya',
  deleted: 'dihapus',
} as const;

type CategoryChange = keyof typeof DONE;

/** One line about a change of a category, for the owners. */
function categorySummary(done: CategoryChange, name: string, newName: string | undefined): Html {
  const renamed = done === 'renamed' && newName ? ` menjadi ${newName}` : '';
  return html`Kategori <b>${name}</b> ${DONE[done]}${renamed}.`;
}

export type Direction = 'up' | 'down';

/** Changes are made one at a time, as all of the configuration: what is read within one stays so until its end. */
export type Categories = {
  /** All of them in the order that customers see, five a page. */
  page(on: Queryable, page: number): Promise<Page<StaffCategory>>;
  find(on: Queryable, id: number): Promise<StaffCategory | undefined>;
  create(tx: Tx, actor: Actor, name: string): Promise<{ kind: 'created'; id: number } | { kind: 'name_taken' }>;
  rename(tx: Tx, actor: Actor, id: number, name: string): Promise<'changed' | 'unchanged' | 'gone' | 'name_taken'>;
  setActive(tx: Tx, actor: Actor, id: number, active: boolean): Promise<'changed' | 'unchanged' | 'gone'>;
  /** Changes places with the neighbour; `unchanged` at the end of the list. */
  move(tx: Tx, actor: Actor, id: number, direction: Direction): Promise<'changed' | 'unchanged' | 'gone'>;
  /** Products keep existing, without a category. */
  remove(tx: Tx, actor: Actor, id: number): Promise<'deleted' | 'gone'>;
};

/** What the audit log keeps of a category. */
type Told = Partial<Omit<StaffCategory, 'id'>>;

const PAGE_SIZE = 5;

export function createCategories(deps: { configuration: Configuration }): Categories {
  const { configuration } = deps;

  const changeOf = (id: number, what: CategoryChange, name: string, before?: Told, after?: Told): Change => ({
    action: `category.${what}`,
    target: `category:${id}`,
    before,
    after,
    summary: categorySummary(what, name, after?.name),
  });

  return {
    page: (on, page) => paged(page, PAGE_SIZE, (window) => pageOfCategories(on, window)),
    find: findCategory,
    create: (tx, actor, name) =>
      configuration.change<Awaited<ReturnType<Categories['create']>>>(tx, actor, async () => {
        if (await categoryNameTaken(tx, name, null)) return { outcome: { kind: 'name_taken' } };
        const id = await insertCategory(tx, name);
        return { outcome: { kind: 'created', id }, changed: changeOf(id, 'created', name, undefined, { name }) };
      }),
    rename: (tx, actor, id, name) =>
      configuration.change<'changed' | 'unchanged' | 'gone' | 'name_taken'>(tx, actor, async () => {
        const before = await findCategory(tx, id);
        if (!before) return { outcome: 'gone' };
        if (before.name === name) return { outcome: 'unchanged' };
        if (await categoryNameTaken(tx, name, id)) return { outcome: 'name_taken' };
        await writeCategory(tx, id, { ...before, name });
        return { outcome: 'changed', changed: changeOf(id, 'renamed', before.name, { name: before.name }, { name }) };
      }),
    setActive: (tx, actor, id, active) =>
      configuration.change<'changed' | 'unchanged' | 'gone'>(tx, actor, async () => {
        const before = await findCategory(tx, id);
        if (!before) return { outcome: 'gone' };
        if (before.active === active) return { outcome: 'unchanged' };
        await writeCategory(tx, id, { ...before, active });
        const what = active ? 'activated' : 'deactivated';
        return { outcome: 'changed', changed: changeOf(id, what, before.name, { active: !active }, { active }) };
      }),
    move: (tx, actor, id, direction) =>
      configuration.change<'changed' | 'unchanged' | 'gone'>(tx, actor, async () => {
        const category = await findCategory(tx, id);
        if (!category) return { outcome: 'gone' };
        const order = await categoryOrder(tx);
        const from = order.indexOf(id);
        const to = direction === 'up' ? from - 1 : from + 1;
        const neighbour = order[to];
        if (neighbour === undefined) return { outcome: 'unchanged' };
        await writeCategoryOrder(tx, order.with(to, id).with(from, neighbour));
        const [before, after] = [{ place: from + 1 }, { place: to + 1 }];
        return { outcome: 'changed', changed: changeOf(id, 'moved', category.name, before, after) };
      }),
    remove: (tx, actor, id) =>
      configuration.change<'deleted' | 'gone'>(tx, actor, async () => {
        const before = await findCategory(tx, id);
        if (!before) return { outcome: 'gone' };
        await deleteCategory(tx, id);
        const { name, active, products } = before;
        return { outcome: 'deleted', changed: changeOf(id, 'deleted', name, { name, active, products }) };
      }),
  };
}
