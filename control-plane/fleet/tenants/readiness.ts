import { storable } from '../../../kernel/text.ts';
import { askPort } from '../ask-port.ts';

/** What a store's runtime says about itself on `/readyz`. */
export type ReadinessAnswer = { ready: true } | { ready: false; reason: string };

const ANSWER_WITHIN_MS = 3_000;
const LONGEST_REASON = 600;

/** Asks the runtime behind a port of this host. No answer is an answer too: why there is none. */
export async function askReadiness(port: number, signal?: AbortSignal): Promise<ReadinessAnswer> {
  const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const { status, text } = await askPort(port, '/readyz', signal ? AbortSignal.any([signal, timeout]) : timeout);
    return judge(status, text);
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    return {
      ready: false,
      reason: timeout.aborted ? 'it does not answer in time' : `it does not answer (${code ?? 'fault'})`,
    };
  }
}

/** Ready only in the words of our runtime: another program on the port may answer 200 to anything. */
function judge(status: number, text: string): ReadinessAnswer {
  const body = parse(text);
  if (status === 200 && body?.ready === true) return { ready: true };
  const failing = Object.entries(body?.checks ?? {}).filter(([, check]) => check?.ok === false);
  if (failing.length === 0) return { ready: false, reason: `it answers with status ${status}` };
  const reason = failing.map(([name, check]) => `${name}: ${check.detail ?? 'not ok'}`).join('; ');
  return { ready: false, reason: storable(reason.slice(0, LONGEST_REASON)) };
}

type Body = { ready?: boolean; checks?: Record<string, { ok?: boolean; detail?: string }> } | undefined;

function parse(text: string): Body {
  try {
    const body = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
