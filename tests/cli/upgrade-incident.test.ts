import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../control-plane/api/contract/index.ts';
import type { Line, Shown } from '../control-plane/rollouts/support.ts';
import { backupsAvailable } from '../control-plane/support/pg-tools.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { cliOn } from './support/on-plane.ts';

let plane: TestPlane;
const lapak = cliOn(() => plane);
const imageOf = async (store: string) => (await plane.api.tenant(store)).image;
type All = { rollout: Shown; failed: Line[] };
/** Where the bad image was tried. */
let canary = '';
type Incidents = { incidents: Incident[] };

// An upgrade backs the store up first.
describe.runIf(await backupsAvailable())('upgrades, and the incidents that they end in', () => {
  beforeAll(async () => {
    plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '60', LAPAK_UPGRADE_WATCH: '1' } });
    const open = (store: string) => plane.api.open({ store, telegramBotToken: plane.newBot().token, image: 'good:1' });
    await Promise.all([open('ani'), open('budi')]);
  });
  afterAll(() => plane?.close());

  test('one store or all of them, and never both', async () => {
    const bad = { '': '--all', ' ani --all': '--all' };
    const ran = await Promise.all(Object.keys(bad).map((args) => lapak(`tenant upgrade${args}`)));
    for (const [index, told] of Object.values(bad).entries()) {
      expect(ran[index]).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(told) });
    }
    expect(await lapak('tenant upgrade nobody')).toMatchObject({ code: 3, stdout: '' });
    expect(await imageOf('ani')).toBe('good:1');
  });

  test('one store goes to the image that was given, and shows its steps', async () => {
    const ran = await lapak('tenant upgrade budi --image good:2');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ upgrade of budi: done in /) });
    expect(ran.stderr).toContain('✓ watch: served for 1 second');
    expect([await imageOf('ani'), await imageOf('budi')]).toEqual(['good:1', 'good:2']);
  });

  test('all go as a rollout, and its end is told with how many', async () => {
    const ran = await lapak('rollout start --image good:3 --all --bake 0 --per-machine 1');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ rollout \w+ succeeded: 2 succeeded$/m) });
    expect(ran.stderr).toMatch(/^Rollout \w+: image good:3$/m);
    expect(ran.stderr).toMatch(/^… canary, 0 of 1 done; 0 of 2 stores done$/m);
    expect([await imageOf('ani'), await imageOf('budi')]).toEqual(['good:3', 'good:3']);
  });

  test('a bad image ends it at the first store, which is rolled back; the others wait for a decision', async () => {
    const { rollout, failed } = await lapak.json<All>('tenant upgrade --all --image crash:1', 1);
    expect(rollout).toMatchObject({ state: 'halted', counts: { failed: 1, waiting: 1 } });
    expect(failed).toMatchObject([{ state: 'failed', detail: expect.stringContaining('UPGRADE_ROLLED_BACK') }]);
    canary = failed[0]?.store ?? '';
    expect([await imageOf('ani'), await imageOf('budi')]).toEqual(['good:3', 'good:3']);
    const second = await lapak('tenant upgrade --all --no-wait');
    expect(second).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(rollout.id) });
    const [listed, shown, watched] = await Promise.all([
      lapak('rollout list'),
      lapak(`rollout show ${rollout.id}`),
      lapak(`rollout watch ${rollout.id}`),
    ]);
    expect(listed.stdout).toMatch(new RegExp(`^${rollout.id} +image crash:1 +halted +2 +1 +1 `, 'm'));
    expect(shown.stdout).toMatch(/^Reason +The canary failed: 1 of its stores\.$/m);
    expect(shown.stdout).toMatch(new RegExp(`^${canary} +canary +failed +\\w+ +UPGRADE_ROLLED_BACK`, 'm'));
    expect(watched).toMatchObject({ code: 1, stderr: expect.stringContaining(`lapak rollout abort ${rollout.id}`) });
    expect(await lapak(`rollout abort ${rollout.id}`)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^State +aborted$/m),
    });
    expect(await lapak(`rollout resume ${rollout.id}`)).toMatchObject({ code: 4, stdout: '' });
    expect(await lapak('rollout show nothing')).toMatchObject({ code: 3, stdout: '' });
  });

  test('incidents are listed, of one store and those still open, and taken', async () => {
    const { incidents } = await lapak.json<Incidents>(`incident list --store ${canary}`);
    expect(incidents).toMatchObject([{ kind: 'upgrade_rolled_back', store: canary, acknowledgedBy: null }]);
    const id = incidents[0]?.id;
    const [shown, open, elsewhere] = await Promise.all([
      lapak('incident ls'),
      lapak('incident list --open'),
      lapak(`incident list --store ${canary === 'ani' ? 'budi' : 'ani'}`),
    ]);
    const [headings = '', halted = '', first = ''] = shown.stdout.split('\n');
    expect(headings).toMatch(/^ID +KIND +SEVERITY +STORE +BEGAN +ENDED +TAKEN BY +WHAT$/);
    expect(halted).toMatch(/^\d+ +rollout_halted +error +- /);
    expect(first).toMatch(new RegExp(`^${id} +upgrade_rolled_back +error +${canary} `));
    expect(open).toMatchObject({ code: 0, stdout: 'Nothing is wrong.\n' });
    expect(elsewhere).toMatchObject({ code: 0, stdout: 'Nothing went wrong yet.\n' });
    const taken = await lapak(`incident ack ${id}`);
    const by = /^Incident \d+ is taken care of by .+ \(key:[a-z0-9]+\)/;
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringMatching(by) });
    const again = await lapak.json<{ incident: Incident }>(`incident acknowledge ${id}`);
    expect(again.incident).toMatchObject({ id, acknowledgedBy: expect.stringMatching(/^key:/) });
  });

  test('an incident that is not there, and what is no number, say where the numbers are', async () => {
    const [unknown, strange, none] = await Promise.all([
      lapak('incident ack 999'),
      lapak('incident ack latest'),
      lapak('incident list --limit 0'),
    ]);
    expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining('lapak incident list') });
    expect(strange).toMatchObject({ code: 2, stderr: expect.stringContaining('lapak incident list') });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('whole number from 1') });
  });
});
