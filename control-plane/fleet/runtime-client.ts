import { z } from 'zod';
import { withDeadline } from '../../kernel/deadline.ts';
import { AppError } from '../../kernel/errors.ts';
import {
  REHEARSAL_PATH,
  REHEARSAL_SIGNATURE,
  RehearsalAnswer,
  type RehearsalRequest,
  rehearsalSignature,
} from '../../kernel/preflight.ts';
import { storable } from '../../kernel/text.ts';

const Check = z.object({
  ok: z.boolean(),
  detail: z.string().max(2_000).default('not ok'),
  /** It says that waiting will not help. */
  refused: z.boolean().optional(),
});
/** It has few parts; another program on the port may name any number. */
const MOST_CHECKS = 40;
const Checks = z.record(z.string().max(40), Check).refine((checks) => Object.keys(checks).length <= MOST_CHECKS);
const ReadinessBody = z.object({ ready: z.boolean(), checks: Checks.default({}) });
const Backlog = z.object({ waiting: z.number().min(0), oldestSeconds: z.number().min(0) });

/** What a runtime says of its parts, by their names. */
export type RuntimeChecks = Readonly<Partial<Record<string, z.infer<typeof Check>>>>;

/** What a runtime says of itself; `checks` is undefined when it says nothing that we understand, and `reason` why. */
export type Readiness =
  | { ready: true; checks?: RuntimeChecks }
  | { ready: false; checks?: RuntimeChecks; reason: string };

/** Goods that wait to be delivered. */
export type RuntimeBacklog = z.infer<typeof Backlog>;

/** The HTTP of one runtime. No answer is an answer too; only the caller's signal makes a call reject. */
export type RuntimeClient = {
  readiness(): Promise<Readiness>;
  /** Undefined when it does not tell, as older runtimes do not. */
  backlog(): Promise<RuntimeBacklog | undefined>;
  /** Its metrics, in the words of Prometheus. */
  metrics(): Promise<{ ok: true; text: string } | { ok: false; reason: string }>;
  /**
   * Has the store play an order for a transaction of ours, with its own rules, in a transaction of its database that it
   * rolls back. `key` is its DATA_ENCRYPTION_KEY. Undefined when it knows of no such thing, as older runtimes do not.
   */
  dryRun(request: RehearsalRequest, key: string): Promise<RehearsalAnswer | undefined>;
};

const ANSWER_WITHIN_MS = 4_000;
/** The store asks its payment gateway meanwhile, and may wait for a sale. */
const DRY_RUN_WITHIN_MS = 45_000;
const LONGEST_ANSWER = 64 * 1024;
const LONGEST_REASON = 600;

type Post = { body: unknown; headers: Record<string, string> };
type Answer = { status: number; text: string; reason: string } | { status: undefined; text: ''; reason: string };

/** Asks the runtime behind an address such as `http://127.0.0.1:13752`, as long as `signal` lets it. */
export function createRuntimeClient(address: string, signal?: AbortSignal): RuntimeClient {
  async function ask(path: string, timeoutMs = ANSWER_WITHIN_MS, post?: Post): Promise<Answer> {
    try {
      const call = (deadline: AbortSignal) => exchange(address, path, deadline, post);
      const { status, text } = await withDeadline(timeoutMs, 'the runtime', call, signal);
      return { status, text, reason: `it answers with status ${status}` };
    } catch (error) {
      signal?.throwIfAborted();
      const isLate = error instanceof AppError && error.code === 'DEADLINE_EXCEEDED';
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      const reason = isLate ? 'it does not answer in time' : `it does not answer (${code ?? 'fault'})`;
      return { status: undefined, text: '', reason };
    }
  }

  return {
    readiness: async () => readinessOf(await ask('/readyz')),
    backlog: async () => Backlog.safeParse(parsed((await ask('/backlog')).text)).data,
    async metrics() {
      const { status, text, reason } = await ask('/metrics');
      return status === 200 ? { ok: true, text } : { ok: false, reason };
    },
    async dryRun(request, key) {
      const headers = { [REHEARSAL_SIGNATURE]: rehearsalSignature(key, request) };
      const { status, text, reason } = await ask(REHEARSAL_PATH, DRY_RUN_WITHIN_MS, { body: request, headers });
      if (status === 404) return undefined;
      if (status !== 200) return { ok: false, found: `the store plays no order: ${reason}` };
      return RehearsalAnswer.safeParse(parsed(text)).data;
    },
  };
}

/** Ready only in the words of our runtime: another program on the port may answer 200 to anything. */
function readinessOf({ status, text, reason }: Answer): Readiness {
  const body = ReadinessBody.safeParse(parsed(text)).data;
  if (!body) return { ready: false, reason };
  const { ready, checks } = body;
  if (status === 200 && ready) return { ready, checks };
  const failing = Object.entries(checks).filter(([, check]) => !check.ok);
  if (failing.length === 0) return { ready: false, checks, reason };
  const why = failing.map(([name, check]) => `${name}: ${check.detail}`).join('; ');
  return { ready: false, checks, reason: storable(why.slice(0, LONGEST_REASON)) };
}

/**
 * One exchange with whatever listens there, which may be anything: it can neither fill our memory nor send us on to
 * an address that only we can reach. Of an answer that is too long the beginning is given.
 */
async function exchange(
  address: string,
  path: string,
  signal: AbortSignal,
  post?: Post,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${address}${path}`, {
    signal,
    redirect: 'manual',
    ...(post && {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...post.headers },
      body: JSON.stringify(post.body),
    }),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) break;
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
