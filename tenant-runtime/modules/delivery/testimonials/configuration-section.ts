import { z } from 'zod';
import type { ConfigurationSection } from '../../staff/configuration/index.ts';
import { ChannelSchema } from './schema.ts';
import { findChannel, putChannel } from './sql.ts';

const Item = z.object({ id: z.literal('channel'), name: z.string(), channel: ChannelSchema.nullable() });

/** The channel of the sales in a snapshot; none is null. */
export const testimonialsSection: ConfigurationSection<z.infer<typeof Item>> = {
  name: 'testimonials',
  label: '📢 Testimoni',
  item: Item,
  async read(tx) {
    return [{ id: 'channel', name: 'Channel testimoni', channel: (await findChannel(tx)) ?? null }];
  },
  async restore(tx, { changed }, actor) {
    for (const { kept } of changed) await putChannel(tx, kept.channel ?? undefined, actor.id);
    return { restored: changed.map(({ kept }) => kept.name), refused: [] };
  },
};
