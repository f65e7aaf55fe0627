import { startTestStore, type TestStore } from '../support/store.ts';
import { type StageClock, stageClock } from './clock.ts';
import { createPlayer, type Player } from './player.ts';
import { type Line, renderPage } from './render.ts';

export type Stage = {
  shop: TestStore;
  clock: StageClock;
  /** The admin, the owner and as many customers as come. */
  sari: Player;
  bos: Player;
  customer(firstName: string, id: number): Promise<Player>;
  scene(time: string, title: string, told: string): Promise<void>;
  page(title: string, introduction: string): string;
  close(): Promise<void>;
};

/** A store at which nothing is left to chance: the same people, the same day, the same hour. */
export async function openStage(day: string): Promise<Stage> {
  const clock = stageClock(day);
  const shop = await startTestStore({
    clock,
    prepare: clock.govern,
    cast: {
      bot: { name: 'Warung Sari', username: 'warung_sari_bot', token: `6100000001:${'warung'.repeat(5)}` },
      admin: { id: 810_000_001 },
      owner: { id: 820_000_002 },
    },
    env: { BOT_STORE_NAME: 'Warung Sari' },
  });
  const lines: Line[] = [];
  const player = (person: TestStore['admin']) => createPlayer(shop, clock, lines, person);
  const sari = player(shop.admin);
  const bos = player(shop.owner);
  // Staff pressed /start when the store was opened.
  for (const staff of [sari, bos]) await staff.overlooks('Selamat datang');
  return {
    shop,
    clock,
    sari,
    bos,
    customer: async (firstName, id) => player(await shop.client.createUser({ firstName, id })),
    async scene(time, title, told) {
      await clock.until(time);
      lines.push({ kind: 'scene', time, title, told });
    },
    page: (title, introduction) => renderPage(title, introduction, lines),
    close: () => shop.close(),
  };
}

/** The invoice id that a message speaks of. */
export function refIn({ text }: { text: string }): string {
  const ref = /(tg|dp)\d+-\w+/.exec(text)?.[0];
  if (!ref) throw new Error(`no invoice id in: ${text}`);
  return ref;
}
