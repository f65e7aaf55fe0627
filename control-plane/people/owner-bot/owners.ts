import type { Secrets } from '../../platform/secrets/index.ts';
import type { OwnerMessages } from '../owner-messages/index.ts';
import { createOwnerBot, type OwnerBot } from './bot.ts';
import type { BotParts } from './context.ts';
import { createDigest, DIGEST_CRON } from './digest/digest.ts';
import { createSalesReader } from './digest/sales.ts';
import { createMutes } from './mutes.ts';
import type { Voice } from './voice.ts';

export type Owners = {
  /** Undefined without a token for it. */
  bot: OwnerBot | undefined;
  /** Makes the digest of today, once. */
  digest(): Promise<void>;
  /** What goes on by itself, in the order of starting. */
  background: { name: string; start(): void | Promise<void>; stop(): Promise<void> }[];
};

/** The owners' side of the control plane: what speaks to them, what listens to them, and their morning's digest. */
export function createOwners(
  deps: Omit<BotParts, 'moment' | 'mutes' | 'refresh'> & {
    voice: Voice | undefined;
    token: string | undefined;
    apiRoot: string;
    messages: OwnerMessages;
    secrets: Secrets;
    ownerIds: readonly number[];
    timeZone: string;
    connectionString: string;
    /** Sends the digest's job at the times of a schedule. */
    schedule(schedule: { key: string; cron: string; timezone: string }): Promise<void>;
  },
): Owners {
  const { voice, token, timeZone } = deps;
  const digest = createDigest({ ...deps, sales: createSalesReader(deps), backups: deps.backups?.summary });
  const daily = {
    name: 'owner digest',
    start: () => deps.schedule({ key: 'daily', cron: DIGEST_CRON, timezone: timeZone }),
    stop: async () => {},
  };
  if (voice === undefined || token === undefined) return { bot: undefined, digest, background: [] };
  const { api, moment, messenger, refresh } = voice;
  const mutes = createMutes({ ...deps, onChanged: messenger.wake });
  const bot = createOwnerBot({ ...deps, token, api, moment, refresh, mutes, onConnected: messenger.wake });
  return { bot, digest, background: [{ name: 'messenger', ...messenger }, { name: 'owner bot', ...bot }, daily] };
}
