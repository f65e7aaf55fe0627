import type { OperationEvent } from '../../api/contract/index.ts';

/** A comment that keeps proxies from closing a quiet stream. */
const HEARTBEAT = ': still here\n\n';
const HEARTBEAT_MS = 10_000;

/** Operation events as server-sent events (WHATWG HTML, "Server-sent events"), with heartbeats while nothing happens. */
export async function* serverSentEvents(
  events: AsyncGenerator<OperationEvent>,
  heartbeatMs = HEARTBEAT_MS,
): AsyncGenerator<string> {
  yield 'retry: 1000\n\n';
  let next = events.next();
  try {
    for (;;) {
      const { promise: silence, resolve } = Promise.withResolvers<'silence'>();
      const timer = setTimeout(resolve, heartbeatMs, 'silence');
      const first = await Promise.race([next, silence]).finally(() => clearTimeout(timer));
      if (first === 'silence') {
        yield HEARTBEAT;
        continue;
      }
      if (first.done) return;
      yield `event: operation\nid: ${first.value.sequence}\ndata: ${JSON.stringify(first.value.operation)}\n\n`;
      next = events.next();
    }
  } finally {
    // Left early: the source ends by its signal; its last answer has no reader.
    next.catch(() => {});
  }
}
