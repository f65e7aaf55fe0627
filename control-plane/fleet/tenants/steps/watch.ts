import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../kernel/errors.ts';
import { describeExit, type Observation } from '../../drivers/index.ts';
import type { Step, StepContext } from '../../operations/index.ts';
import { createRuntimeClient } from '../../runtime-client.ts';
import type { TenantDeps } from '../deps.ts';
import { loadSpec, loadTenant } from '../runtime-spec.ts';
import { logTail } from './log-tail.ts';

const LOOK_EVERY_MS = 1_000;
const TELL_EVERY_SECONDS = 10;
/** A runtime may lose Telegram or its database for a moment; one that stays without is not fit. */
const UNREADY_FOR_MS = 30_000;
/** Of a short watch four times as long; but a machine with much to do may owe an answer or two. */
const unreadyFor = (watchSeconds: number) => Math.min(UNREADY_FOR_MS, Math.max(8_000, watchSeconds * 4_000));

/**
 * Keeps an eye on a runtime that has become ready: one that ends, or stops being ready, fails. A control plane that died
 * meanwhile watches again from the beginning.
 */
export function watchRuntime(deps: TenantDeps): Step {
  const { upgradeWatchSeconds: seconds } = deps;
  return {
    name: 'watch',
    timeoutSeconds: seconds + UNREADY_FOR_MS / 1000 + 60,
    async run(context) {
      if (seconds === 0) return { skipped: true, detail: 'LAPAK_UPGRADE_WATCH is 0' };
      const spec = await loadSpec(deps, await loadTenant(deps, context.operation.tenant_id));
      const { store } = spec;
      const runtime = createRuntimeClient(deps.driver.endpoint(spec).telegram, context.signal);
      const first = await deps.driver.observe(store);
      const began = performance.now();
      let ready = began;
      for (;;) {
        const seen = await deps.driver.observe(store);
        const gone = whyGone(first, seen);
        if (gone) throw await unfit(deps, store, began, gone);
        const answer = await runtime.readiness();
        const now = performance.now();
        if (answer.ready) ready = now;
        else if (now - ready > unreadyFor(seconds)) throw await unfit(deps, store, began, answer.reason);
        const left = seconds - (now - began) / 1000;
        if (left <= 0 && answer.ready) return { detail: `served for ${seconds} seconds` };
        await tell(context, left, answer.ready);
        await sleep(Math.min(LOOK_EVERY_MS, Math.max(100, left * 1000)), undefined, { signal: context.signal });
      }
    },
  };
}

/** Why the runtime that was seen first is not there any more. An id or a count that changed is an end that nobody saw. Pure. */
export function whyGone(first: Observation, seen: Observation): string | undefined {
  if (seen.state === 'running' && seen.id === first.id && seen.restarts === first.restarts) return undefined;
  return `its runtime ${seen.exit ? describeExit(seen.exit) : 'ended'}`;
}

async function tell({ progress }: StepContext, left: number, ready: boolean): Promise<void> {
  const rounded = Math.max(1, Math.ceil(left / TELL_EVERY_SECONDS)) * TELL_EVERY_SECONDS;
  await progress(ready ? `serves; watched for up to ${rounded} more seconds` : 'not ready at the moment');
}

async function unfit(deps: TenantDeps, store: string, began: number, reason: string): Promise<AppError> {
  const after = Math.round((performance.now() - began) / 1000);
  return new AppError(
    'RUNTIME_UNHEALTHY',
    `The store ${store} was ready, but ${after} seconds later ${reason}.${await logTail(deps.driver, store)}`,
  );
}
