import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { type Killable, startKillable } from '../support/killable.ts';
import type { StartServer } from '../support/server-process.ts';
import { QUICK, type Request, rolloutsOf, to } from './support.ts';

/**
 * @param start how the control plane is run, in this process or in one of its own
 * @param only the places where it is killed; each when unset
 */
export function describeRolloutCrashes(start: StartServer, only?: readonly string[]): void {
  /*
   * The control plane is killed with SIGKILL at each decision of a rollout in turn: before it is committed and after it. The
   * next one goes on from the rows, and no store is changed twice.
   */
  const FORWARD = [
    'rollout.begin.before',
    'rollout.begin.after',
    'rollout.store.after',
    'rollout.bake.before',
    'rollout.bake.after',
    'rollout.next-wave.before',
    'rollout.next-wave.after',
    'rollout.close.before',
    'rollout.close.after',
  ];
  const HALT = ['rollout.halt.before', 'rollout.halt.after'];
  const places = (all: readonly string[]) => all.filter((place) => only?.includes(place) ?? true);

  let plane: Killable;
  let tenants: Tenant[];
  beforeAll(async () => {
    plane = await startKillable(start, { LAPAK_TENANT_READY_TIMEOUT: '60', LAPAK_UPGRADE_WATCH: '0' });
    tenants = await Promise.all([plane.open('s', { image: 'good:1' }), plane.open('s', { image: 'good:1' })]);
  });
  afterAll(() => plane?.close());

  const { stores, reached, turn } = rolloutsOf(() => plane.api);

  /** Starts a rollout, or turns one, in a control plane that dies at each of the places in turn; the last one does not. */
  async function killedAt(all: readonly string[], ask: () => Promise<string>): Promise<string> {
    const [first, ...more] = all;
    await plane.kill();
    await plane.start(first);
    const id = await ask();
    for (const place of [...more, undefined]) {
      await plane.died();
      await plane.start(place);
    }
    return id;
  }
  /** The one that is killed at once does not answer, but what it has committed stands. */
  const ask = (request: Request) => async () => {
    const body = { ...request, target: { stores: tenants.map(({ store }) => store) } };
    const { status, body: made } = await plane.api.call<{ id: string }>('POST', '/v1/rollouts', body);
    expect(status).toBe(202);
    return made.id;
  };
  const operationsOf = async (kind: string) => {
    const { body } = await plane.api.call<{ operations: Operation[] }>('GET', '/v1/operations?limit=200');
    return body.operations.filter((each) => each.kind === kind);
  };
  const images = async () =>
    (await Promise.all(tenants.map(({ store }) => plane.api.tenant(store)))).map(({ image }) => image);

  test('forward, and on the way back', async () => {
    const id = await killedAt(
      places(FORWARD),
      ask({ ...QUICK, change: to('good:2'), target: { all: true }, bakeSeconds: 1, perMachine: 1 }),
    );
    expect(await reached(id, 'succeeded')).toMatchObject({ counts: { succeeded: 2 } });
    expect(await images()).toEqual(['good:2', 'good:2']);
    expect(await operationsOf('upgrade')).toHaveLength(2);

    await killedAt(places(['rollout.begin.after', 'rollout.store.after', 'rollout.close.before']), async () => {
      await turn(id, 'revert');
      return id;
    });
    expect(await reached(id, 'reverted')).toMatchObject({ counts: { reverted: 2 } });
    expect(await images()).toEqual(['good:1', 'good:1']);
    expect(await operationsOf('upgrade')).toHaveLength(4);
  });

  test('in the moment in which it halts', async () => {
    const halts = places(HALT);
    if (halts.length === 0) return;
    const id = await killedAt(halts, ask({ ...QUICK, change: to('crash:1'), target: { all: true } }));
    expect(await reached(id, 'halted')).toMatchObject({ counts: { failed: 1, waiting: 1 } });
    expect((await stores(id)).filter(({ operation }) => operation !== null)).toHaveLength(1);
    const { body } = await plane.api.call<{ incidents: { kind: string }[] }>('GET', '/v1/incidents');
    expect(body.incidents.filter(({ kind }) => kind === 'rollout_halted')).toHaveLength(1);
    expect(await images()).toEqual(['good:1', 'good:1']);
  });
}
