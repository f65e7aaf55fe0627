import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { cliOn } from './support/on-plane.ts';

const DAY_MS = 86_400_000;

let plane: TestPlane;
const lapak = cliOn(() => plane);
beforeAll(async () => {
  plane = await startPlane();
  await Promise.all(['sari', 'tono'].map((store) => plane.api.open({ store, telegramBotToken: plane.newBot().token })));
});
afterAll(() => plane.close());

type Changed = { tenant: Tenant; operation?: Operation | null };
const settled = async (store: string, state: string) => {
  await eventually(async () => expect(await plane.api.tenant(store)).toMatchObject({ state, operation: null }));
};

test('a rent is shown, set to a day, extended and lifted', async () => {
  expect((await lapak('tenant rent sari')).stdout).toBe('sari: no rent is taken\n');
  const until = await lapak.json<Changed>('tenant rent sari --until 2030-12-31');
  expect(until).toMatchObject({ operation: null, tenant: { store: 'sari' } });
  const extended = await lapak.json<Changed>('tenant rent sari --extend 30d');
  const [first, second] = [until, extended].map(({ tenant }) => Date.parse(tenant.paidUntil ?? ''));
  expect((second ?? 0) - (first ?? 0)).toBe(30 * DAY_MS);
  expect(await lapak('tenant rent sari')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^sari: paid until 203[01]-\d\d-\d\d \d\d:00:00 \S+\n$/),
    stderr: '',
  });
  expect(await lapak('tenant rent sari --none')).toMatchObject({ code: 0, stdout: 'sari: no rent is taken.\n' });
});

test('what cannot be a rent changes nothing and says what is meant', async () => {
  const bad = [
    { args: '--until 2030-02-30', told: 'a day such as 2026-12-31' },
    { args: '--until tomorrow', told: 'a day such as 2026-12-31' },
    { args: '--extend 0', told: 'a number of days such as 30d' },
    { args: '--extend 2w', told: 'a number of days such as 30d' },
    { args: '--extend 30d --none', told: 'One of --until, --extend and --none' },
  ];
  const ran = await Promise.all(bad.map(({ args }) => lapak(`tenant rent tono ${args}`)));
  for (const [index, { told }] of bad.entries()) {
    expect(ran[index]).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(told) });
  }
  expect((await plane.api.tenant('tono')).paidUntil).toBeNull();
});

test('a day that is past is warned of, and what stands still for it is resumed by an extension', async () => {
  const past = await lapak('tenant rent sari --until 2020-01-01');
  expect(past.code).toBe(0);
  expect(past.stdout + past.stderr).toMatch(/That is past: the store is suspended by itself|stands still for it/);
  await settled('sari', 'suspended');
  expect((await lapak('tenant rent sari')).stdout).toContain('stands still for it');
  const paid = await lapak('tenant rent sari --extend 10d');
  expect(paid).toMatchObject({ code: 0, stdout: expect.stringMatching(/ \(in 9 days\)\. It is resumed\.\n$/) });
  expect(paid.stderr).toContain('✓ healthy');
  await settled('sari', 'running');
  expect(paid.stderr).not.toContain('That is past');
});

test('a suspended store says why, does nothing else until it is resumed, and goes on after', async () => {
  const suspended = await lapak('tenant suspend tono --reason libur');
  expect(suspended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ suspend of tono: done in /) });
  expect(suspended.stderr).toContain('✓ stop');
  const [shown, started, extended] = await Promise.all([
    lapak('tenant show tono'),
    lapak('tenant start tono'),
    lapak('tenant rent tono --extend 30d'),
  ]);
  expect(shown.stdout).toMatch(/^State +suspended$/m);
  expect(shown.stdout).toMatch(/^Reason +.*libur$/m);
  expect(started).toMatchObject({ code: 4, stderr: expect.stringContaining('Resume it instead.') });
  expect(extended).toMatchObject({ code: 0, stderr: expect.stringContaining('lapak tenant resume tono') });
  const { operation } = await lapak.json<Changed>('tenant resume tono');
  expect(operation).toMatchObject({ kind: 'resume', state: 'succeeded', store: 'tono' });
  await settled('tono', 'running');
  const again = await lapak('tenant resume tono');
  expect(again).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('is not suspended') });
});

test('without waiting, the id of the operation is alone on stdout', async () => {
  const begun = await lapak('tenant suspend tono --no-wait');
  const id = begun.stdout.trim();
  expect(begun).toMatchObject({ code: 0, stderr: expect.stringContaining(`lapak operation watch ${id}`) });
  expect(await plane.api.ended(id)).toMatchObject({ kind: 'suspend', state: 'succeeded' });
});

test('a store that is not there, and a reason that is too long, are told', async () => {
  const ran = await Promise.all(['suspend', 'resume', 'rent'].map((verb) => lapak(`tenant ${verb} nobody`)));
  for (const each of ran) {
    expect(each).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('lapak tenant list') });
  }
  const long = await lapak(`tenant suspend sari --reason ${'x'.repeat(201)}`);
  expect(long).toMatchObject({ code: 2, stderr: expect.stringMatching(/^ {2}reason: .*200/m) });
  expect((await plane.api.tenant('sari')).state).toBe('running');
});
