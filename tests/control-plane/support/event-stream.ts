import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { FLEET_HEARTBEAT, type FleetEvent } from '../../../control-plane/api/contract/index.ts';

export type Message = { event: string | undefined; id: string | undefined; data: string | undefined };

export type EventStream = {
  response: IncomingMessage;
  /** What came so far, oldest first; without heartbeats and mere ids. */
  messages: Message[];
  beats: Message[];
  /** What EventSource would send as Last-Event-ID. */
  lastId(): string | undefined;
  /** The first message that fits, also of those that came before. Waits for it. */
  until(fits: (event: FleetEvent, message: Message) => boolean): Promise<Message>;
  /** Resolves when the server has ended the stream or broken it off. */
  ended: Promise<void>;
  close(): void;
};

/** Follows `GET /v1/events` as EventSource does. */
export async function followFleet(
  url: string,
  key: string | null,
  options: { lastEventId?: string | undefined } = {},
): Promise<EventStream> {
  const sent = request(`${url}/v1/events`, {
    agent: false,
    headers: {
      authorization: `Bearer ${key}`,
      ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
    },
  });
  sent.on('error', () => {});
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  const messages: Message[] = [];
  const beats: Message[] = [];
  let lastId: string | undefined;
  let wake = () => {};
  let rest = '';
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = read(part);
      lastId = message.id ?? lastId;
      if (message.event === FLEET_HEARTBEAT) beats.push(message);
      else if (message.event !== undefined) messages.push(message);
    }
    wake();
  });
  const ended = new Promise<void>((resolve) => {
    response.once('close', () => {
      resolve();
      wake();
    });
  });
  return {
    response,
    messages,
    beats,
    lastId: () => lastId,
    async until(fits) {
      for (;;) {
        const found = messages.find((message) => message.data && fits(JSON.parse(message.data), message));
        if (found) return found;
        if (response.destroyed) throw new Error(`the stream ended before it: ${JSON.stringify(messages)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    ended,
    close: () => void sent.destroy(),
  };
}

function read(part: string): Message {
  const field = (name: string) => {
    const found = part.match(new RegExp(`^${name}:(?: (.*))?$`, 'm'));
    return found ? (found[1] ?? '') : undefined;
  };
  return { event: field('event'), id: field('id'), data: field('data') };
}
