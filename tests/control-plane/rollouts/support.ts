import { expect } from 'vitest';
import type { z } from 'zod';
import type {
  Operation,
  Rollout,
  RolloutStore,
  StartRolloutRequest,
  Tenant,
} from '../../../control-plane/api/contract/index.ts';
import { type Api, newSlug } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import type { TestPlane } from '../support/plane.ts';

export type Shown = z.infer<typeof Rollout>;
export type Line = z.infer<typeof RolloutStore>;
export type Request = z.input<typeof StartRolloutRequest>;

/** Nothing is waited for that a test does not ask about. */
export const QUICK = { bakeSeconds: 0, waves: [] } satisfies Partial<Request>;
/** To an image, without the backup that takes most of the time. */
export const to = (image: string) => ({ kind: 'image', image, withoutBackup: true }) as const;

export async function openStores(plane: TestPlane, count: number, over: object = {}): Promise<Tenant[]> {
  const open = () =>
    plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token, image: 'good:1', ...over });
  return Promise.all(Array.from({ length: count }, open));
}

/** What a test does with rollouts, through the API. */
export function rolloutsOf(api: () => Api) {
  const show = async (id: string): Promise<Shown> => (await api().call<Shown>('GET', `/v1/rollouts/${id}`)).body;
  return {
    show,
    async start(request: Request): Promise<Shown> {
      const { status, body } = await api().call<Shown>('POST', '/v1/rollouts', request);
      expect([status, body]).toEqual([202, expect.objectContaining({ state: 'running' })]);
      return body;
    },
    async turn(id: string, turn: 'pause' | 'resume' | 'abort' | 'revert'): Promise<Shown> {
      const { status, body } = await api().call<Shown>('POST', `/v1/rollouts/${id}/${turn}`);
      expect([status, body]).toEqual([200, expect.objectContaining({ id })]);
      return body;
    },
    /** Once it is in this state, and at nothing any more where that is its end. */
    reached: (id: string, state: Shown['state']): Promise<Shown> =>
      eventually(async () => {
        const shown = await show(id);
        const end = state === 'succeeded' || state === 'aborted' || state === 'reverted';
        expect([shown.state, shown.reason, shown.finishedAt !== null]).toEqual([state, shown.reason, end]);
        return shown;
      }),
    async stores(id: string): Promise<Line[]> {
      return (await api().call<{ stores: Line[] }>('GET', `/v1/rollouts/${id}/stores`)).body.stores;
    },
  };
}

/** How many of the operations were at work at one time, by what their rows say. */
export function mostAtOnce(operations: readonly Operation[]): number {
  const moments = operations.map(({ startedAt }) => Date.parse(startedAt ?? ''));
  const at = (moment: number) =>
    operations.filter(
      ({ startedAt, finishedAt }) => Date.parse(startedAt ?? '') <= moment && moment < Date.parse(finishedAt ?? ''),
    ).length;
  return Math.max(...moments.map(at));
}
