import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident, Operation } from '../../control-plane/api/contract/index.ts';
import { backupsAvailable } from '../control-plane/support/pg-tools.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { cliOn } from './support/on-plane.ts';

let plane: TestPlane;
const lapak = cliOn(() => plane);
const imageOf = async (store: string) => (await plane.api.tenant(store)).image;
type All = { operations: Operation[]; left: string[] };
type Incidents = { incidents: Incident[] };

// An upgrade backs the store up first.
describe.runIf(await backupsAvailable())('upgrades, and the incidents that they end in', () => {
  beforeAll(async () => {
    plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '4', LAPAK_UPGRADE_WATCH: '1' } });
    const open = (store: string) => plane.api.open({ store, telegramBotToken: plane.newBot().token, image: 'good:1' });
    await Promise.all([open('ani'), open('budi')]);
  });
  afterAll(() => plane?.close());

  test('one store or all of them, and never both', async () => {
    const bad = { '': '--all', ' ani --all': '--all', ' --all --no-wait': '--no-wait' };
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

  test('all go one after the other; one that cannot be asked now ends it with what was done before', async () => {
    const openedAt = (at: string) => plane.db.query(`UPDATE tenants SET provisioned_at = ${at} WHERE store = 'budi'`);
    await openedAt('NULL');
    const ran = await lapak('tenant upgrade --all --image good:3');
    await openedAt('now()');
    expect(ran).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(/^ani:\n[\s\S]*^budi:$/m) });
    expect(ran.stderr).toContain('✗ budi: ');
    expect(ran.stderr).toContain('1 upgraded before it: ani; 1 left as they were. [TENANT_STATE_CONFLICT]');
    expect([await imageOf('ani'), await imageOf('budi')]).toEqual(['good:3', 'good:2']);
  });

  test('a bad image ends it at the first store, which is rolled back', async () => {
    const { operations, left } = await lapak.json<All>('tenant upgrade --all --image crash:1', 1);
    expect(left).toEqual(['budi']);
    expect(operations).toMatchObject([{ store: 'ani', state: 'failed', error: { code: 'UPGRADE_ROLLED_BACK' } }]);
    expect([await imageOf('ani'), await imageOf('budi')]).toEqual(['good:3', 'good:2']);
  });

  test('incidents are listed, of one store and those still open, and taken', async () => {
    const { incidents } = await lapak.json<Incidents>('incident list --store ani');
    expect(incidents).toMatchObject([{ kind: 'upgrade_rolled_back', store: 'ani', acknowledgedBy: null }]);
    const id = incidents[0]?.id;
    const [shown, open, elsewhere] = await Promise.all([
      lapak('incident ls'),
      lapak('incident list --open'),
      lapak('incident list --store budi'),
    ]);
    const [headings = '', first = ''] = shown.stdout.split('\n');
    expect(headings).toMatch(/^ID +KIND +SEVERITY +STORE +BEGAN +ENDED +TAKEN BY +WHAT$/);
    expect(first).toMatch(new RegExp(`^${id} +upgrade_rolled_back +error +ani `));
    expect(open).toMatchObject({ code: 0, stdout: 'Nothing is wrong.\n' });
    expect(elsewhere).toMatchObject({ code: 0, stdout: 'Nothing went wrong yet.\n' });
    const taken = await lapak(`incident ack ${id}`);
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Incident \d+ is taken care of by key:/) });
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
