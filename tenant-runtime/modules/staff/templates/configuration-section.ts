import { z } from 'zod';
import type { Role } from '../../../bot/context.ts';
import type { ConfigurationSection } from '../configuration/index.ts';
import { LABELS } from './copy.ts';
import { TEMPLATE_KEYS } from './defaults.ts';
import { deleteOverride, listOverrides, putOverride } from './sql.ts';

const Item = z.object({
  id: z.enum(TEMPLATE_KEYS as [string, ...string[]]),
  name: z.string(),
  body: z.string().nullable(),
});

/** The reply templates in a snapshot; a text that nobody changed is null. Who may not edit them may not restore them. */
export const templatesSection = (mayEdit: (role: Role) => boolean): ConfigurationSection<z.infer<typeof Item>> => ({
  name: 'templates',
  label: '🛠 Template',
  item: Item,
  restorableBy: mayEdit,
  async read(tx) {
    const bodies = new Map((await listOverrides(tx)).map(({ key, body }) => [key, body]));
    return TEMPLATE_KEYS.map((key) => ({ id: key, name: LABELS[key], body: bodies.get(key) ?? null }));
  },
  async restore(tx, { changed }, actor) {
    for (const { now, kept } of changed) {
      if (kept.body !== null) await putOverride(tx, kept.id, kept.body, actor.id);
      else if (now.body !== null) await deleteOverride(tx, kept.id, now.body);
    }
    return { restored: changed.map(({ kept }) => kept.name), refused: [] };
  },
});
