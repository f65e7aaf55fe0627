import type { Api } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { sha256Hex } from '../../kernel/crypto.ts';
import type { Queryable } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import { clip } from './html.ts';
import { publishedPart, putPublishedPart } from './sql-profile.ts';
import { attempt, type Outcome } from './telegram.ts';

/** Longest texts that Telegram takes, in characters. */
const LIMITS = { name: 64, description: 512, shortDescription: 120 } as const;
type Part = keyof typeof LIMITS;

/** What people see of the bot before they press Start. The store works without it: nothing here fails. */
export type Profile = {
  /** Brings name and descriptions to what the store is called; what was set before is not set again. */
  publish(me: UserFromGetMe): Promise<void>;
};

export function createProfile(deps: { api: Api; db: Queryable; storeName: string; log: Log }): Profile {
  const { api, db, log } = deps;
  const store = deps.storeName;
  const texts: Record<Part, string> = {
    name: store,
    description: clip(
      `🛍 Selamat datang di ${store}!\n\nPilih produk, bayar pakai QRIS atau saldo, dan barangmu langsung dikirim di chat ini, kapan saja.\n\nTekan START untuk mulai belanja 👇`,
      LIMITS.description,
    ),
    shortDescription: clip(
      `🛍 ${store}: belanja produk digital, bayar QRIS, langsung dikirim.`,
      LIMITS.shortDescription,
    ),
  };
  const setters: Record<Part, (text: string) => Promise<unknown>> = {
    name: (text) => api.setMyName(text),
    description: (text) => api.setMyDescription(text),
    shortDescription: (text) => api.setMyShortDescription(text),
  };

  async function set(part: Part, botId: number): Promise<void> {
    const text = texts[part];
    // Telegram bounds how often a name is set: what it has taken once is remembered, whatever somebody made of it since.
    const mark = sha256Hex(`${botId}:${text}`);
    if ((await publishedPart(db, part)) === mark) return;
    const outcome: Outcome<unknown> = await attempt(() => setters[part](text));
    if (outcome.kind === 'ok') return putPublishedPart(db, part, mark);
    log.info({ part, outcome }, 'a text of the bot was not taken, will try at the next start');
  }

  return {
    async publish(me) {
      try {
        if (store.length <= LIMITS.name && me.first_name !== store) await set('name', me.id);
        await set('description', me.id);
        await set('shortDescription', me.id);
      } catch (err) {
        log.warn({ err }, 'what people see of the bot could not be set');
      }
    },
  };
}
