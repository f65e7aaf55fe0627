import { z } from 'zod';
import type { OpenEvent } from './schema.ts';

/** Where the store reports to, and as whom. */
export type ControlPlane = {
  /**
   * Hands events over. `taken` is the control plane's word that it tells the owners; `refused` that it will not, however
   * often it is asked. Rejects when it cannot say now.
   */
  report(events: readonly OpenEvent[], signal?: AbortSignal): Promise<'taken' | 'refused'>;
};

const TIMEOUT_MS = 10_000;
/** These pass; every other answer of 4xx stays as it is. */
const PASSING = new Set([408, 423, 425, 429]);
const Answer = z.object({ taken: z.boolean() });

export function createControlPlane(options: { url: string; token: string; store: string }): ControlPlane {
  const address = `${options.url.replace(/\/+$/, '')}/v1/tenants/${options.store}/events`;
  return {
    async report(events, signal) {
      const response = await fetch(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events }),
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
        redirect: 'error',
      });
      // A control plane that stores events but has nobody to tell says so: then the store speaks for itself.
      if (response.ok) return Answer.parse(await response.json()).taken ? 'taken' : 'refused';
      await response.body?.cancel();
      const { status } = response;
      if (status >= 400 && status < 500 && !PASSING.has(status)) return 'refused';
      throw new Error(`the control plane answers ${status}`);
    },
  };
}
