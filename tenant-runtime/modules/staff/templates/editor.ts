import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor, Role } from '../../../bot/context.ts';
import type { Configuration } from '../configuration/index.ts';
import { changed, LABELS, reset } from './copy.ts';
import { TEMPLATE_KEYS, TEMPLATES, type TemplateKey } from './defaults.ts';
import { deleteOverride, findOverride, listOverrides, type Override, putOverride } from './sql.ts';

/** A template as it is sent now. `changed` says by whom and when, if it is not the default. */
export type TemplateState = { key: TemplateKey; label: string; body: string; changed?: Pick<Override, 'by' | 'at'> };

/** Who may edit templates: owners, and admins where the store says so. */
export const templateEditors =
  (editors: 'owner' | 'admin') =>
  (role: Role): boolean =>
    role === 'owner' || role === editors;

/** Changes the texts of the store. What it is given must have passed `validateTemplate`. */
export type TemplateEditor = {
  list(on: Queryable): Promise<TemplateState[]>;
  state(on: Queryable, key: TemplateKey): Promise<TemplateState>;
  /** `overtaken` when the template is not `seen` any more: somebody else changed it meanwhile. */
  change(
    tx: Tx,
    actor: Actor,
    key: TemplateKey,
    body: string,
    seen: string,
  ): Promise<'changed' | 'unchanged' | 'overtaken'>;
  reset(tx: Tx, actor: Actor, key: TemplateKey): Promise<'reset' | 'unchanged'>;
};

export function createTemplateEditor(deps: { configuration: Configuration }): TemplateEditor {
  const { configuration } = deps;

  async function list(on: Queryable): Promise<TemplateState[]> {
    const overrides = new Map((await listOverrides(on)).map((override) => [override.key, override]));
    return TEMPLATE_KEYS.map((key) => {
      const override = overrides.get(key);
      const label = LABELS[key];
      if (!override) return { key, label, body: TEMPLATES[key].body };
      return { key, label, body: override.body, changed: { by: override.by, at: override.at } };
    });
  }

  return {
    list,
    state: async (on, key) => (await list(on))[TEMPLATE_KEYS.indexOf(key)]!,
    change: (tx, actor, key, body, seen) =>
      configuration.change<'changed' | 'unchanged' | 'overtaken'>(tx, actor, async () => {
        const before = (await findOverride(tx, key)) ?? TEMPLATES[key].body;
        if (before === body) return { outcome: 'unchanged' };
        if (before !== seen) return { outcome: 'overtaken' };
        await putOverride(tx, key, body, actor.id);
        return {
          outcome: 'changed',
          changed: {
            action: 'template.changed',
            target: `template:${key}`,
            before: { body: before },
            after: { body },
            summary: changed(key),
          },
        };
      }),
    reset: (tx, actor, key) =>
      configuration.change<'reset' | 'unchanged'>(tx, actor, async () => {
        const before = await findOverride(tx, key);
        if (before === undefined || !(await deleteOverride(tx, key, before))) return { outcome: 'unchanged' };
        return {
          outcome: 'reset',
          changed: {
            action: 'template.reset',
            target: `template:${key}`,
            before: { body: before },
            after: { body: null },
            summary: reset(key),
          },
        };
      }),
  };
}
