import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from './worker.ts';

/** Posts to a webhook over connections that are kept, so many at one time. */
export type Volley = {
  url: string;
  headers: Record<string, string>;
  /** The body; `@N@` in it becomes 1, 2, 3 … from `from`, and `@USER@` one of `users` people in turn. */
  body: string;
  from: number;
  firstUser: number;
  users: number;
  concurrency: number;
  /** Ends after this many requests, or when none may begin any more; at least one of the two is given. */
  count?: number;
  forMs?: number;
  /** Requests begin at this rate, however long their answers take; else each begins with the answer to one before it. */
  perSecond?: number;
  /** Status that every answer must have. */
  expect: number;
};

export type VolleyResult = {
  posted: number;
  /** Epoch time in milliseconds, with fractions. */
  beganAt: number;
  endedAt: number;
  /** How long each answer took, in milliseconds. */
  latencies: number[];
};

const now = () => performance.timeOrigin + performance.now();

async function volley(volley: Volley): Promise<VolleyResult> {
  const { url, headers, concurrency, from, users, expect, perSecond } = volley;
  const { count = Number.POSITIVE_INFINITY, forMs = Number.POSITIVE_INFINITY } = volley;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies: number[] = [];
  let posted = 0;
  const beganAt = now();
  const goesOn = () => posted < count && now() < beganAt + forMs;
  async function one(): Promise<void> {
    const n = from + posted++;
    const user = String(volley.firstUser + (n % users));
    const body = volley.body.replaceAll('@N@', String(n)).replaceAll('@USER@', user);
    const sentAt = now();
    const { status, text } = await post(agent, url, headers, body);
    latencies.push(now() - sentAt);
    if (status !== expect) throw new Error(`the webhook answered ${status}: ${text}`);
  }
  async function client(): Promise<void> {
    while (goesOn()) await one();
  }
  async function paced(gapMs: number): Promise<void> {
    const sent: Promise<void>[] = [];
    while (goesOn()) {
      await sleep(Math.max(0, beganAt + posted * gapMs - now()));
      sent.push(one());
    }
    await Promise.all(sent);
  }
  if (perSecond !== undefined) await paced(1000 / perSecond);
  else await Promise.all(Array.from({ length: concurrency }, client));
  const endedAt = now();
  agent.destroy();
  return { posted, beganAt, endedAt, latencies };
}

function post(agent: Agent, url: string, headers: Record<string, string>, body: string) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

serve({ volley });
