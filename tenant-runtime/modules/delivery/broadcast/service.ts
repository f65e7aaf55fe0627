import type { Clock } from '../../../../kernel/clock.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { type Page, paged } from '../../../bot/paging.ts';
import type { Audit } from '../../staff/audit/index.ts';
import type { OwnerEvents } from '../owner-events/index.ts';
import { ownerNews } from './copy.ts';
import type { Broadcast, Content, Tally } from './schema.ts';
import {
  countAudience,
  endBroadcast,
  findBroadcast,
  findRunning,
  insertBroadcast,
  insertRecipients,
  listBroadcasts,
  lockBroadcasts,
  restartBroadcast,
  tallyOf,
} from './sql.ts';

export type Listed = Broadcast & Tally & { total: number };

export type Started =
  | { kind: 'started'; broadcast: Broadcast; recipients: number }
  | { kind: 'busy' }
  | { kind: 'empty' };

export type Broadcasts = {
  /** How many would get a broadcast now. */
  audience(tx: Tx): Promise<number>;
  /** Starts a broadcast to everyone who may be written to at this moment. One runs at a time. */
  start(tx: Tx, actor: Actor, content: Content): Promise<Started>;
  /** Stops it for now: whoever was not sent it yet waits. False when it was not running. */
  stop(tx: Tx, actor: Actor, id: number): Promise<boolean>;
  /** Goes on with a stopped one, and shows its progress to whoever asked for that. */
  resume(tx: Tx, actor: Actor, id: number): Promise<'resumed' | 'busy' | 'not_stopped'>;
  /** Stops it because Telegram does not take it, in a transaction of the sender. */
  giveUp(tx: Tx, id: number, reason: string): Promise<boolean>;
  /** Ends it when everybody's turn has come. */
  finish(tx: Tx, broadcast: Broadcast, tally: Tally): Promise<boolean>;
  find(on: Queryable, id: number): Promise<(Broadcast & { tally: Tally }) | undefined>;
  running(on: Queryable): Promise<Broadcast | undefined>;
  page(tx: Tx, asked: number): Promise<Page<Listed>>;
};

const PAGE = 5;

/** The rules of broadcasts; sending is the sender's. */
export function createBroadcasts(deps: {
  audit: Audit;
  owners: Pick<OwnerEvents, 'notify'>;
  clock: Clock;
  /** Called after the commit of whatever the sender should know. */
  onChanged(): void;
}): Broadcasts {
  const { audit, clock } = deps;

  async function record(
    tx: Tx,
    actor: Actor | 'system',
    id: number,
    action: 'started' | 'stopped' | 'resumed' | 'finished',
    after: Record<string, unknown>,
  ): Promise<void> {
    await audit.record(tx, { actor, action: `broadcast.${action}`, target: `broadcast:${id}`, after });
    await deps.owners.notify(tx, {
      // One that is stopped and resumed again and again is told of again and again.
      cause: `broadcast:${id}:${action}:${clock.now().getTime()}`,
      kind: 'configuration',
      text: ownerNews(actor, id, action, after),
    });
    tx.afterCommit(deps.onChanged);
  }

  async function end(tx: Tx, id: number, status: 'stopped' | 'done', reason: string | null): Promise<boolean> {
    return endBroadcast(tx, id, { status, reason, at: clock.now() });
  }

  return {
    audience: countAudience,
    async start(tx, actor, content) {
      await lockBroadcasts(tx);
      if (await findRunning(tx)) return { kind: 'busy' };
      if ((await countAudience(tx)) === 0) return { kind: 'empty' };
      const broadcast = await insertBroadcast(tx, { ...content, by: actor.id, at: clock.now() });
      if (!broadcast) return { kind: 'busy' };
      const recipients = await insertRecipients(tx, broadcast.id);
      await record(tx, actor, broadcast.id, 'started', { recipients, ...content });
      return { kind: 'started', broadcast, recipients };
    },
    async stop(tx, actor, id) {
      if (!(await end(tx, id, 'stopped', null))) return false;
      const { sent, left } = await tallyOf(tx, id);
      await record(tx, actor, id, 'stopped', { sent, left });
      return true;
    },
    async resume(tx, actor, id) {
      await lockBroadcasts(tx);
      const broadcast = await findBroadcast(tx, id);
      if (broadcast?.status !== 'stopped') return 'not_stopped';
      if (!(await restartBroadcast(tx, id, actor.id))) return 'busy';
      const { sent, left } = await tallyOf(tx, id);
      await record(tx, actor, id, 'resumed', { sent, left });
      return 'resumed';
    },
    async giveUp(tx, id, reason) {
      if (!(await end(tx, id, 'stopped', reason))) return false;
      const { sent, left } = await tallyOf(tx, id);
      await record(tx, 'system', id, 'stopped', { sent, left, reason });
      return true;
    },
    async finish(tx, { id }, tally) {
      if (!(await end(tx, id, 'done', null))) return false;
      const { sent, blocked, failed, unknown } = tally;
      await record(tx, 'system', id, 'finished', { sent, blocked, failed, unknown });
      return true;
    },
    async find(on, id) {
      const broadcast = await findBroadcast(on, id);
      return broadcast && { ...broadcast, tally: await tallyOf(on, id) };
    },
    running: findRunning,
    page: (tx, asked) => paged(asked, PAGE, (window) => listBroadcasts(tx, window)),
  };
}
