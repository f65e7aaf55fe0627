import { z } from 'zod';
import { askPort } from '../../fleet/ask-port.ts';

const CHECK = z.object({ ok: z.boolean(), detail: z.string().max(2_000) });
const READINESS = z.object({
  ready: z.boolean(),
  checks: z.object({ telegram: CHECK.optional(), database: CHECK.optional(), gateway: CHECK.optional() }).default({}),
});
const BACKLOG = z.object({ waiting: z.number().min(0), oldestSeconds: z.number().min(0) });

export type RuntimeAnswer = {
  /** What it says of itself; undefined when it says nothing that we understand. */
  readiness: z.infer<typeof READINESS> | undefined;
  /** Goods that wait to be delivered; undefined when it does not tell, as older runtimes do not. */
  backlog: z.infer<typeof BACKLOG> | undefined;
  /** Why there is no readiness. */
  silence: string;
};

const ANSWER_WITHIN_MS = 4_000;

/** Asks the runtime behind a port of this host. No answer is an answer too. */
export async function askRuntime(port: number, signal: AbortSignal): Promise<RuntimeAnswer> {
  const [readiness, backlog] = await Promise.all([ask(port, '/readyz', signal), ask(port, '/backlog', signal)]);
  return {
    readiness: READINESS.safeParse(readiness.body).data,
    backlog: BACKLOG.safeParse(backlog.body).data,
    silence: readiness.silence,
  };
}

async function ask(port: number, path: string, signal: AbortSignal): Promise<{ body?: unknown; silence: string }> {
  const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const { status, text } = await askPort(port, path, AbortSignal.any([signal, timeout]));
    return { body: parsed(text), silence: `it answers with status ${status}` };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    return { silence: timeout.aborted ? 'it does not answer in time' : `it does not answer (${code ?? 'fault'})` };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
