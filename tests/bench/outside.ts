import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PRICE } from './seed.ts';
import { serve } from './worker.ts';

/**
 * The world outside of a store, as cheap as it can be: a Telegram that takes every call and a Pakasir that knows every
 * transaction. It checks nothing, so that it costs both sides of a comparison the same and little.
 */
const calls = { count: 0, lastAt: 0 };
let record: { method: string; body: unknown }[] | undefined;
/** Answers that wait for Telegram to be let go. */
let held: (() => void)[] | undefined;
let paymentStatus = 'completed';
let messageId = 1;

let listening = false;

const MESSAGE_METHODS = /\/(send|edit)/;

/** What a bot learns of itself; its token begins with its id. */
const meOf = (url: string) => {
  const id = Number(/bot(\d+):/.exec(url)?.[1]);
  return { id, is_bot: true, first_name: 'Bench', username: `bench${id}_bot` };
};

function telegram(request: IncomingMessage, response: ServerResponse, body: string): void {
  const method = request.url?.split('/').at(-1) ?? '';
  if (method === 'getUpdates') {
    holdPoll(response, body);
    return;
  }
  const reply = () => answer(response, { ok: true, result: resultOf(method, request.url ?? '') });
  if (held) held.push(reply);
  else reply();
  // What a store asks about itself is no answer to a person.
  if (method.startsWith('get') || method.endsWith('Webhook')) return;
  if (listening) noteSaid(method, body);
  record?.push({ method, body: JSON.parse(body) });
  calls.count += 1;
  calls.lastAt = clockNow();
}

function resultOf(method: string, url: string): unknown {
  if (method === 'getMe') return meOf(url);
  if (method === 'getWebhookInfo') return { url: '', has_custom_certificate: false, pending_update_count: 0 };
  if (!MESSAGE_METHODS.test(`/${method}`)) return true;
  messageId += 1;
  return { message_id: messageId, date: 1, chat: { id: 1, type: 'private', first_name: 'Budi' }, text: '' };
}

/** Updates that whoever polls has not confirmed, and the poll that waits for more. */
let updates: { update_id: number }[] = [];
let poll: (() => void) | undefined;
/** When each chat was first written to. */
const firstSaid = new Map<number, number>();

/** A poll with nothing to give lasts as long as was asked for, as at Telegram. */
function holdPoll(response: ServerResponse, body: string): void {
  const { timeout = 0, offset = 0 } = JSON.parse(body || '{}') as { timeout?: number; offset?: number };
  updates = updates.filter(({ update_id: id }) => id >= offset);
  const give = () => answer(response, { ok: true, result: updates.slice(0, 100) });
  if (updates.length > 0) {
    give();
    return;
  }
  const timer = setTimeout(give, timeout * 1000);
  const waiting = () => {
    clearTimeout(timer);
    give();
  };
  poll = waiting;
  response.once('close', () => {
    clearTimeout(timer);
    if (poll === waiting) poll = undefined;
  });
}

const clockNow = () => performance.timeOrigin + performance.now();

function noteSaid(method: string, body: string): void {
  if (!MESSAGE_METHODS.test(`/${method}`)) return;
  const chat = Number(JSON.parse(body).chat_id);
  if (!firstSaid.has(chat)) firstSaid.set(chat, clockNow());
}

/** Every transaction has the id of its order, and the price of the seed's. */
function pakasir(request: IncomingMessage, response: ServerResponse): void {
  const id = request.url?.split('/').at(-1) ?? '';
  answer(response, {
    txn_id: id,
    order_id: id,
    amount: PRICE,
    is_sandbox: false,
    status: paymentStatus,
    completed_at: paymentStatus === 'completed' ? '2026-11-02T10:00:00+07:00' : null,
  });
}

function answer(response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return pakasir(request, response);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => telegram(request, response, body));
});
server.keepAliveTimeout = 60_000;
// Containers reach this host over a bridge.
server.listen(0, '0.0.0.0', () =>
  serve({
    port: () => (server.address() as AddressInfo).port,
    calls: () => calls,
    /** Begins to keep calls, and returns those that were kept since the last time. */
    record: () => {
      const kept = record ?? [];
      record = [];
      return kept;
    },
    forget: () => {
      record = undefined;
    },
    /** Gives an update to whoever polls; answers when that was. */
    deliver: ({ update }: { update: { update_id: number } }) => {
      updates.push(update);
      const at = clockNow();
      const waiting = poll;
      poll = undefined;
      waiting?.();
      return at;
    },
    /** Forgets who was written to, and notes it from now on. */
    listen: () => {
      listening = true;
      firstSaid.clear();
    },
    /** When each chat was first written to since. */
    heard: () => Object.fromEntries(firstSaid),
    /** Telegram takes calls and answers none until it is let go. */
    hold: () => {
      held = [];
    },
    release: () => {
      for (const reply of held ?? []) reply();
      held = undefined;
    },
    payments: ({ status }: { status: string }) => {
      paymentStatus = status;
    },
  }),
);
