import { z } from 'zod';
import type { Role } from '../../../bot/context.ts';
import type { ConfigurationSection } from '../configuration/index.ts';
import { LABELS } from './copy-rules.ts';
import { RULES } from './rules.ts';
import { readRules, writeRule } from './service.ts';

const Item = z.object({ id: z.enum(RULES), name: z.string(), text: z.string().nullable() });

/** The rules of the calculator in a snapshot; one that nobody changed is null. Who may not edit them may not restore them. */
export const calculatorSection = (mayEdit: (role: Role) => boolean): ConfigurationSection<z.infer<typeof Item>> => ({
  name: 'calculator',
  label: '🧮 Calculator',
  item: Item,
  restorableBy: mayEdit,
  async read(tx) {
    const kept = await readRules(tx);
    return RULES.map((rule) => ({ id: rule, name: LABELS[rule], text: kept.get(rule)?.value ?? null }));
  },
  async restore(tx, { changed }, actor) {
    for (const { kept } of changed) await writeRule(tx, kept.id, kept.text, actor.id);
    return { restored: changed.map(({ kept }) => kept.name), refused: [] };
  },
});
