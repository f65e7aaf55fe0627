import { startTestStore, type TestStore } from '../support/store.ts';
import { type TranscriptClock, transcriptClock } from './clock.ts';
import { createParticipant, type Participant } from './participant.ts';
import { type Line, renderPage } from './render.ts';

export type Transcript = {
  shop: TestStore;
  clock: TranscriptClock;
  /** The admin, the owner and as many customers as come. */
  sari: Participant;
  bos: Participant;
  customer(firstName: string, id: number): Promise<Participant>;
  section(time: string, title: string, narration: string): Promise<void>;
  page(title: string, introduction: string): string;
  close(): Promise<void>;
};

/** A store at which nothing is left to chance: the same people, the same day, the same hour. */
export async function openTranscript(day: string): Promise<Transcript> {
  const clock = transcriptClock(day);
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
  const participant = (person: TestStore['admin']) => createParticipant(shop, clock, lines, person);
  const sari = participant(shop.admin);
  const bos = participant(shop.owner);
  // Staff pressed /start when the store was opened.
  for (const staff of [sari, bos]) await staff.overlooks('Selamat datang');
  return {
    shop,
    clock,
    sari,
    bos,
    customer: async (firstName, id) => participant(await shop.client.createUser({ firstName, id })),
    async section(time, title, narration) {
      await clock.until(time);
      lines.push({ kind: 'section', time, title, narration });
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
