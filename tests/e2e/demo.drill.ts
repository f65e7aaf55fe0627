import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Running, runCli, startCli } from '../cli/support/cli.ts';
import { reachableTempDir } from '../cli/support/home.ts';
import { threeFreePorts } from '../cli/support/ports.ts';
import { processesOf } from '../cli/support/processes.ts';

/** The demo opens a store, which waits for one long poll to prove itself. */
const DEMO_MS = 180_000;

type Place = { home: string; args: string[]; port: number; sandboxPort: number };

async function place(): Promise<Place> {
  const [port, sandboxPort, first] = await threeFreePorts();
  const home = await reachableTempDir();
  const args = ['demo', '--home', home, '--port', `${port}`, '--sandbox-port', `${sandboxPort}`];
  return { home, args: [...args, '--port-range', `${first}-${first + 50}`], port, sandboxPort };
}

let here: Place;
/** Whatever a failed test left running of this home is ended, so that it cannot fail the next one. */
afterEach(async () => {
  for (const { pid } of await processesOf(here.home)) process.kill(pid, 'SIGKILL');
});

async function played(running: Running): Promise<string> {
  await running.saw(/Ctrl-C stops all of it/);
  return running.stdout();
}

async function ctrlC(running: Running) {
  running.child.kill('SIGINT');
  return running.done;
}

describe.skipIf(process.platform !== 'linux')('the demo', () => {
  test('opens a store, plays a purchase, stops without a trace, and goes on from there the next time', {
    timeout: 2 * DEMO_MS,
  }, async () => {
    here = await place();
    const first = startCli(here.args);
    const chat = await played(first);
    for (const line of ['👤 Budi\n     /start', '[ 💠 QRIS ]', 'Biaya Layanan', '🎉 Pembayaran Berhasil', 'GD100-']) {
      expect(chat).toContain(line);
    }
    expect(chat).toContain(`http://127.0.0.1:${here.port}`);
    const link = new RegExp(`http://127\\.0\\.0\\.1:${here.port}/console/#ticket=([\\w-]{43})\\n`).exec(chat);
    const signIn = await fetch(`http://127.0.0.1:${here.port}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${here.port}` },
      body: JSON.stringify({ ticket: link?.[1] }),
    });
    // Who runs these on a busy machine may be later than the minute that the link is good for.
    expect([201, 401]).toContain(signIn.status);
    expect(first.stderr()).toMatch(/✓ database: db_warung_demo/);

    // What it says next works as it says it.
    const list = await runCli(['tenant', 'list', '--json'], { env: { LAPAK_HOME: here.home } });
    expect(JSON.parse(list.stdout).tenants).toMatchObject([{ store: 'warung-demo', state: 'running' }]);

    // A second one keeps its hands off.
    const twin = await runCli(here.args);
    expect(twin.code).toBe(4);
    expect(twin.stderr).toContain('DEMO_RUNNING');

    const token = JSON.parse(await readFile(join(here.home, 'demo.json'), 'utf8')).bot.token as string;
    expect((await stat(join(here.home, 'demo.json'))).mode & 0o077).toBe(0);
    const alive = await processesOf(here.home);
    expect(alive.map(({ args }) => args).join('\n')).toMatch(/tenant-runtime\/main\.ts/);
    for (const { args } of alive) expect(args).not.toContain(token);
    expect(first.stdout() + first.stderr()).not.toContain(token);

    expect(await ctrlC(first)).toMatchObject({ code: 0 });
    expect(await processesOf(here.home)).toEqual([]);

    const second = startCli(here.args);
    const again = await played(second);
    expect(again).toContain('🎉 Pembayaran Berhasil');
    expect(again).toMatch(/Terjual: 2/);
    expect(second.stderr()).toContain('is there from an earlier run');
    expect(second.stderr()).not.toContain('stocks the shop');
    expect(await ctrlC(second)).toMatchObject({ code: 0 });
    expect(await processesOf(here.home)).toEqual([]);
  });

  test.each([
    { moment: /✓ Sandbox/, while: 'the control plane starts' },
    { moment: /✓ database/, while: 'the store is being opened' },
    { moment: /✓ E-book/, while: 'a purchase is played' },
  ])('Ctrl-C while $while stops what has been started', { timeout: DEMO_MS }, async ({ moment }) => {
    here = await place();
    const running = startCli(here.args);
    await running.saw(moment);
    expect(await ctrlC(running)).toMatchObject({ code: 130 });
    expect(await processesOf(here.home)).toEqual([]);
  });

  test('a run that was stopped between starting the store and its health is taken up by the next', {
    timeout: 2 * DEMO_MS,
  }, async () => {
    here = await place();
    const first = startCli(here.args);
    await first.saw(/✓ runtime/);
    await ctrlC(first);
    expect(await processesOf(here.home)).toEqual([]);

    const second = startCli(here.args);
    await played(second);
    expect(await ctrlC(second)).toMatchObject({ code: 0 });
  });

  test('a run that was killed half-way is cleaned up and taken up by the next', { timeout: 2 * DEMO_MS }, async () => {
    here = await place();
    const first = startCli(here.args);
    await first.saw(/✓ files/);
    first.child.kill('SIGKILL');
    await first.done;
    expect((await processesOf(here.home)).length).toBeGreaterThan(0);

    const second = startCli(here.args);
    await played(second);
    expect(second.stderr()).toContain('left its control plane running');
    expect(await ctrlC(second)).toMatchObject({ code: 0 });
    expect(await processesOf(here.home)).toEqual([]);
  });

  test('a control plane that dies is explained, and what it looked after is stopped', {
    timeout: DEMO_MS,
  }, async () => {
    here = await place();
    const running = startCli(here.args);
    await running.saw(/✓ runtime/);
    const { processes } = JSON.parse(await readFile(join(here.home, 'demo.json'), 'utf8'));
    process.kill(processes.find(({ role }: { role: string }) => role === 'control plane').pid, 'SIGKILL');
    const { code, stderr } = await running.done;
    expect(code).toBe(1);
    expect(stderr).toContain('The control plane ended by itself (SIGKILL)');
    expect(stderr).toContain('✓ control plane started once more');
    expect(await processesOf(here.home)).toEqual([]);
  });

  test('a terminal that is closed, and a reader that goes away, end it as Ctrl-C does', {
    timeout: DEMO_MS,
  }, async () => {
    here = await place();
    const running = startCli(here.args);
    await running.saw(/opens @warung_demo_bot/);
    running.child.stdout?.destroy();
    running.child.stderr?.destroy();
    expect(await running.done).toMatchObject({ code: 130 });
    expect(await processesOf(here.home)).toEqual([]);
  });

  test('a port in use is explained before anything is started', async () => {
    here = await place();
    const other = createServer().listen(here.sandboxPort, '127.0.0.1');
    const { code, stderr } = await runCli(here.args);
    other.close();
    expect(code).toBe(4);
    expect(stderr).toContain(`Port ${here.sandboxPort}, meant for the sandbox, is held by another program.`);
    expect(stderr).toContain('--sandbox-port');
    expect(await readdir(here.home)).toEqual([]);
  });
});
