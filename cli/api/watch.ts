import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { FINAL_STATES, Operation, ROUTES } from '../../control-plane/api/contract/index.ts';
import { CliError } from '../exit.ts';
import { type Client, notUnderstood, unreachable } from './client.ts';
import { ConnectionFault, textOf } from './http.ts';

/** A stream that says nothing for this long is opened again; the control plane sends a comment more often than that. */
const SILENCE_MS = 45_000;
/** An operation outlives its control plane's restart: watching goes on for this long without one. */
const GIVE_UP_AFTER_MS = 60_000;

/**
 * An operation as it was at each of its changes, until it reached a final state. A lost connection is opened again where
 * it was lost.
 * @throws CliError when there is no such operation, or nobody answers for a minute
 */
export async function* watchOperation(
  client: Client,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Operation, void, undefined> {
  let lastEventId: string | undefined;
  let lastHeard = Date.now();
  for (let pause = 250; ; pause = Math.min(pause * 2, 4000)) {
    let fault: unknown;
    try {
      const response = await client.stream(ROUTES.operationEvents, {
        params: { id },
        headers: { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
        silenceMs: SILENCE_MS,
        signal,
      });
      for await (const event of eventsOf(response, signal)) {
        lastEventId = event.id ?? lastEventId;
        lastHeard = Date.now();
        pause = 250;
        if (event.event !== 'operation') continue;
        const operation = readOperation(event.data);
        yield operation;
        if (FINAL_STATES.includes(operation.state)) return;
      }
    } catch (error) {
      if (!(error instanceof ConnectionFault || isForLater(error))) throw error;
      fault = error;
    }
    if (Date.now() - lastHeard > GIVE_UP_AFTER_MS) {
      throw isForLater(fault) ? fault : unreachable(client.apiUrl, fault ?? 'the stream ends early');
    }
    await delay(pause, undefined, { signal });
  }
}

/** Others with this key follow as many streams as it may: one of them will end. */
function isForLater(error: unknown): boolean {
  return error instanceof CliError && error.code === 'RATE_LIMITED';
}

async function* eventsOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => arrived.push(event) });
  for await (const chunk of textOf(response, signal)) {
    parser.feed(chunk);
    yield* arrived.splice(0);
  }
}

function readOperation(data: string): Operation {
  const parsed = Operation.safeParse(JSON.parse(data));
  if (parsed.success) return parsed.data;
  throw notUnderstood('The stream of the operation', parsed.error);
}
