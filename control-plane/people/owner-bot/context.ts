import type { Context } from 'grammy';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Operation, SignInLink } from '../../api/contract/index.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import type { Tenants } from '../../fleet/tenants/index.ts';
import type { Alerts } from '../../monitoring/alerts/index.ts';
import type { Moment } from './copy/words.ts';
import type { Mutes } from './mutes.ts';

/** What the bot acts through. */
export type BotDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  moment: Moment;
  alerts: Alerts;
  audit: Audit;
  operations: Operations;
  tenants: Tenants;
  mutes: Mutes;
  /** Stores by state. */
  tenantsByState(): Promise<Record<string, number>>;
  /** Operations that wait for the worker. */
  waiting(): Promise<{ waiting: number }>;
  /** What the control plane needs to work. */
  checks: Readonly<Record<string, () => Promise<string>>>;
  /** Backups of stores, where they are made. */
  backups:
    | {
        start(store: string, caller: Caller): Promise<Operation>;
        lastGood(store: string): Promise<Date | null>;
        /** Stores with a good backup, and those whose last one is too old. */
        summary(): Promise<{ good: number; overdue: number }>;
      }
    | undefined;
  /** A link that signs an owner in to the console; undefined where it has no public address. */
  consoleLink(ownerId: number, caller: Caller): Promise<SignInLink | undefined>;
  /** Brings the messages about an incident up to what is so now. */
  refresh(incidentId: number): void;
};

/** An owner in the audit log. */
export const ownerCaller = (id: number, updateId?: number): Caller => ({
  actor: `telegram:${id}`,
  // The bot asks for nothing that destroys.
  scope: 'operator',
  requestId: updateId === undefined ? null : `tg-${updateId}`,
  remember: async () => {},
});

/** The owner who wrote or pressed; the bot serves nobody else. */
export const callerOf = (ctx: Context): Caller => ownerCaller(ctx.from?.id ?? 0, ctx.update.update_id);

/** The private chat with them has their id. */
export const chatOf = (ctx: Context): number => ctx.from?.id ?? 0;
