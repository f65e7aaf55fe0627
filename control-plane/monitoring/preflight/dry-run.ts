import {
  REHEARSAL_PATH,
  REHEARSAL_SIGNATURE,
  RehearsalAnswer,
  type RehearsalRequest,
  rehearsalSignature,
} from '../../../kernel/preflight.ts';
import { askPort } from '../../fleet/ask-port.ts';
import type { CheckContext } from './check.ts';

/** The store asks its gateway meanwhile, and may wait for a sale. */
const ANSWER_WITHIN_MS = 45_000;

/**
 * Has the store play an order for a transaction of ours, with its own rules, in a transaction of its database that it rolls
 * back. Undefined when it knows of no such thing, as older runtimes do not.
 */
export async function dryRunOrder(
  { spec, signal }: CheckContext,
  request: RehearsalRequest,
): Promise<RehearsalAnswer | undefined> {
  const signature = rehearsalSignature(spec.env.DATA_ENCRYPTION_KEY ?? '', request);
  const { status, text } = await askPort(
    spec.ports.telegram,
    REHEARSAL_PATH,
    AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    { body: request, headers: { [REHEARSAL_SIGNATURE]: signature } },
  );
  if (status === 404) return undefined;
  if (status !== 200) return { ok: false, found: `the store does not play, but answers with status ${status}` };
  return parsed(text);
}

function parsed(text: string): RehearsalAnswer | undefined {
  try {
    return RehearsalAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
