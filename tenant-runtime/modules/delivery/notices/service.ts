import type { Api, InlineKeyboard } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import { sha256Hex } from '../../../../kernel/crypto.ts';
import type { Db, Tx } from '../../../../kernel/db.ts';
import type { Jobs } from '../../../../kernel/jobs.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Html } from '../../../bot/html.ts';
import { send } from '../../../bot/send.ts';
import { editOr } from '../../../bot/telegram.ts';
import { dateTime } from '../../../bot/time.ts';
import { type Deposits, findDeposit } from '../../money/deposits/index.ts';
import { customerOf, findOrder, linesOf, methodText } from '../../money/orders/index.ts';
import type { Subject } from '../../money/payments/index.ts';
import { findDelivery } from '../deliveries/index.ts';
import { depositNotice, missedLine, orderNotice } from './copy.ts';
import { findNotice, missedSubjects, putNotice, rearm, recentSubjects } from './sql.ts';

export type Notices = {
  /** Brings every seller's message about an order or a deposit to what it is now. May be repeated. */
  sync(subject: Subject): Promise<void>;
  /**
   * A seller can be reached again: what is still open is sent to them. Returns a line for each of the rest, which they are
   * told of at its next change.
   */
  resumeFor(tx: Tx, chatId: number): Promise<Html[]>;
  /** Queues what happened lately again, after a start. */
  recover(tx: Tx): Promise<void>;
};

type Content = { body: Html; photo?: string; document?: string; keyboard?: InlineKeyboard };

/** So many are sent one by one to a seller who comes back. */
const MOST_RESUMED = 20;
const RECENT_MS = 2 * 86_400_000;

export function createNotices(deps: {
  db: Db;
  api: Api;
  jobs: Pick<Jobs<'notice'>, 'send'>;
  chatIds: readonly number[];
  proofOf: Deposits['proofOf'];
  /** The buttons below a transfer that awaits an admin. */
  reviewKeyboard(depositId: number): InlineKeyboard;
  /** What people call a way to pay. */
  labelOf(method: string): string;
  timeZone: string;
  clock: Clock;
  log: Log;
}): Notices {
  const { db, api } = deps;
  const time = dateTime(deps.timeZone);

  async function show(topic: string, chatId: number, content: Content): Promise<void> {
    const { body, photo, document, keyboard } = content;
    const bodyHash = sha256Hex(body);
    const known = await findNotice(db, topic, chatId);
    // One that was refused is tried again once there is something new to say.
    if (known?.bodyHash === bodyHash) return;
    const messageId = known?.messageId ?? undefined;
    const other = { parse_mode: 'HTML' as const, ...(keyboard ? { reply_markup: keyboard } : {}) };
    const file = { ...(photo ? { photo } : {}), ...(document ? { document } : {}) };
    const anew = () => send(api, chatId, body, { ...file, ...(keyboard ? { keyboard } : {}) });
    const asText = () => editOr(() => api.editMessageText(chatId, messageId ?? 0, body, other), anew);
    const shown =
      messageId === undefined
        ? await anew()
        : photo || document
          ? // A file that was refused became a text, which has no caption.
            await editOr(() => api.editMessageCaption(chatId, messageId, { caption: body, ...other }), asText)
          : await asText();
    if (shown.kind === 'later') throw new Error(`Telegram: ${shown.description}`);
    if (shown.kind !== 'ok') return refuse(topic, chatId, bodyHash, shown.description);
    const now = shown.value?.message_id ?? messageId ?? null;
    await putNotice(db, topic, chatId, { messageId: now, bodyHash, refused: null });
  }

  async function refuse(topic: string, chatId: number, bodyHash: string, refused: string): Promise<void> {
    await putNotice(db, topic, chatId, { messageId: null, bodyHash, refused });
    deps.log.warn({ topic, chatId, reason: refused }, 'a notice does not reach a seller');
  }

  async function ofOrder(id: number): Promise<Content | undefined> {
    const order = await findOrder(db, id);
    if (!order) return undefined;
    const [items, customer, delivery] = await Promise.all([
      linesOf(db, id),
      customerOf(db, order.userId),
      findDelivery(db, id),
    ]);
    return {
      body: orderNotice(
        order,
        methodText(order, deps.labelOf(order.method)),
        items,
        customer,
        delivery?.status,
        time(order.createdAt),
      ),
    };
  }

  async function ofDeposit(id: number): Promise<Content | undefined> {
    const deposit = await findDeposit(db, id);
    if (!deposit) return undefined;
    const [customer, proof] = await Promise.all([customerOf(db, deposit.userId), deps.proofOf(db, id)]);
    return {
      body: depositNotice(deposit, deps.labelOf(deposit.method), customer, proof, time(deposit.createdAt)),
      ...(proof?.photo ? { photo: proof.photo } : proof?.document ? { document: proof.document } : {}),
      ...(deposit.status === 'awaiting_review' ? { keyboard: deps.reviewKeyboard(id) } : {}),
    };
  }

  return {
    async resumeFor(tx, chatId) {
      const missed = await missedSubjects(tx, chatId);
      const open = missed.filter((subject) => subject.open).slice(-MOST_RESUMED);
      const rest = missed.filter((subject) => !open.includes(subject));
      await rearm(tx, chatId, topicsOf(rest), false);
      await rearm(tx, chatId, topicsOf(open), true);
      for (const { kind, id } of open) await deps.jobs.send(tx, 'notice', { [`${kind}Id`]: id });
      return rest.map(missedLine);
    },
    async recover(tx) {
      const since = new Date(deps.clock.now().getTime() - RECENT_MS);
      for (const { kind, id } of await recentSubjects(tx, since)) {
        await deps.jobs.send(tx, 'notice', { [`${kind}Id`]: id });
      }
    },
    async sync({ kind, id }) {
      const topic = `${kind}:${id}`;
      const held = await db.withLock(`notice:${topic}`, async () => {
        const content = await (kind === 'order' ? ofOrder(id) : ofDeposit(id));
        if (!content) return true;
        for (const chatId of deps.chatIds) await show(topic, chatId, content);
        return true;
      });
      if (!held) throw new Error('another process is at this notice');
    },
  };
}

const topicsOf = (subjects: readonly { topic: string }[]): string[] => subjects.map(({ topic }) => topic);
