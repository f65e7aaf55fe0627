import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCondition } from '../../sandbox/condition.ts';
import { closeLater } from './harness.ts';

/** `at` is when it came, in milliseconds of a clock that only goes forward. */
export type Received = { at: number; headers: IncomingHttpHeaders; body: string; json: unknown };
export type NextAnswer = { status: number; body?: unknown; headers?: Record<string, string> } | 'never';

/** A plain HTTP server that webhooks are posted to. Answers 200 unless told otherwise. */
export async function openReceiver() {
  const requests: Received[] = [];
  const answers: NextAnswer[] = [];
  let usual: NextAnswer = { status: 200 };
  const changed = createCondition();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ at: performance.now(), headers: request.headers, body, json: JSON.parse(body) });
    const answer = answers.shift() ?? usual;
    changed.notify();
    if (answer === 'never') return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closeLater(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    /** How every request is answered for which `answerNext` has nothing. */
    answerAlways(answer: NextAnswer) {
      usual = answer;
    },
    answerNext: (...next: NextAnswer[]) => answers.push(...next),
    /** The first `count` requests, once they are there. */
    async received(count: number): Promise<Received[]> {
      const got = await changed.until(() => (requests.length >= count ? requests.slice(0, count) : undefined), 10_000);
      if (!got) throw new Error(`${requests.length} of ${count} requests came`);
      return got;
    },
    close,
  };
}
