import { Agent, request } from 'node:http';
import { serve } from './worker.ts';

/** Posts to a webhook with a fixed number of requests in flight, over connections that are kept. */
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
  /** Status that every answer must have. */
  expect: number;
};

export type VolleyResult = {
  posted: number;
  /** Epoch time in milliseconds, with fractions. */
  beganAt: number;
  endedAt: number;
};

const now = () => performance.timeOrigin + performance.now();

async function volley(volley: Volley): Promise<VolleyResult> {
  const { url, headers, concurrency, from, users, expect } = volley;
  const { count = Number.POSITIVE_INFINITY, forMs = Number.POSITIVE_INFINITY } = volley;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  let posted = 0;
  const beganAt = now();
  async function client(): Promise<void> {
    while (posted < count && now() < beganAt + forMs) {
      const n = from + posted++;
      const user = String(volley.firstUser + (n % users));
      const body = volley.body.replaceAll('@N@', String(n)).replaceAll('@USER@', user);
      const { status, text } = await post(agent, url, headers, body);
      if (status !== expect) throw new Error(`the webhook answered ${status}: ${text}`);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client));
  const endedAt = now();
  agent.destroy();
  return { posted, beganAt, endedAt };
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
