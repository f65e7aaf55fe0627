import { AppError } from '../../../kernel/errors.ts';
import type { Caller } from '../../api/caller.ts';
import { selectTenant } from '../../fleet/tenants/index.ts';
import type { BotDeps } from './context.ts';
import { stretch } from './copy/words.ts';
import { HOUR_MINUTES } from './mutes.ts';

/** A second press within this time means the first. */
const JUST_NOW_MS = 2 * 60_000;

/** Starts a store again, once for presses that follow each other. @returns what to say */
export async function restart(deps: BotDeps, store: string, caller: Caller): Promise<string> {
  const [newest] = await deps.operations.list({ store, state: null, before: null, limit: 1 });
  const ended = newest?.finished_at?.getTime() ?? 0;
  if (newest?.kind === 'restart' && newest.state === 'succeeded' && deps.clock.now().getTime() - ended < JUST_NOW_MS) {
    return `✅ ${store} baru saja dimulai ulang.`;
  }
  await deps.tenants.run(store, 'restart', caller);
  return `🔄 ${store} sedang dimulai ulang. Hasilnya saya kabari.`;
}

export async function backup(deps: BotDeps, store: string, caller: Caller): Promise<string> {
  await deps.tenants.show(store);
  if (!deps.backups) return 'Cadangan belum tersedia di sini.';
  await deps.backups.start(store, caller);
  return `💾 ${store} sedang dicadangkan. Hasilnya saya kabari.`;
}

/** Mutes a store, or everything with null, for the owner of this chat. @returns what to say */
export async function mute(
  deps: BotDeps,
  chatId: number,
  store: string | null,
  caller: Caller,
  minutes = HOUR_MINUTES,
): Promise<string> {
  const of = store === null ? null : await muted(deps, store);
  const until = await deps.mutes.begin(chatId, of, minutes, caller);
  return `🔕 ${store ?? 'Semua'} dibisukan ${stretch(minutes)}, sampai ${deps.moment(until)}. Yang terjadi akan dirangkum.`;
}

/** Ends what is muted: of a store, or all of it with null. @returns what to say */
export async function unmute(deps: BotDeps, chatId: number, store: string | null, caller: Caller): Promise<string> {
  const of = store === null ? undefined : await muted(deps, store);
  const ended = await deps.mutes.end(chatId, of, caller);
  return ended === 0 ? 'Tidak ada yang dibisukan.' : '🔔 Bisu diakhiri.';
}

async function muted({ db }: BotDeps, slug: string): Promise<{ tenantId: string; store: string }> {
  const tenant = await selectTenant(db, slug);
  if (!tenant) throw new AppError('TENANT_NOT_FOUND', 'There is no such store.');
  return { tenantId: tenant.id, store: tenant.store };
}
