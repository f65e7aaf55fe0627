import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Measure } from '../bench.ts';
import { median, type Row } from '../report.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'cli', 'main.ts');
const LAUNCHER = join(ROOT, 'cli', 'lapak.mjs');
/** Seconds of CPU that a short command may cost. */
const BUDGET_S = 0.35;
const ROUNDS = 9;

const TITLE = 'CPU time of `lapak tenant list` (user and system, median), against its budget';

/** What a short command costs from the start of its process to its end; the control plane is a process that only answers. */
export const measureCli: Measure = async () => {
  if (process.platform === 'win32') return { title: TITLE, rows: [], notes: [], skipped: 'needs a POSIX shell' };
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ tenants: [], nextCursor: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = {
    LAPAK_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    LAPAK_API_KEY: 'lpk_bench',
  };
  const cost = async (...command: string[]): Promise<number> => {
    // The first run fills the compile cache, as the first command of an installation does.
    await cpuSeconds(command, env);
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) costs.push(await cpuSeconds(command, env));
    return median(costs);
  };
  try {
    const row = (what: string, ours: number): Row => ({ what, ours, yardstick: BUDGET_S, unit: 's' });
    const list = ['tenant', 'list'];
    return {
      title: TITLE,
      rows: [
        { ...row('lapak tenant list', await cost(process.execPath, LAUNCHER, ...list)), budget: { most: 1 } },
        row('  the same without its launcher and its cache', await cost(process.execPath, MAIN, ...list)),
        row('  the same through npx', await cost('npx', '--no-install', 'lapak', ...list)),
        row('  a bare Node process', await cost(process.execPath, '--eval', '0')),
      ],
      notes: [`${ROUNDS} rounds of each, one at a time, after one that is not counted`],
    };
  } finally {
    server.close();
  }
};

/** Seconds of CPU that a command and its children used, as the shell counts them. */
async function cpuSeconds(command: readonly string[], env: Record<string, string>): Promise<number> {
  const { stdout } = await execa('sh', ['-c', '"$@" >/dev/null && times', 'sh', ...command], { cwd: ROOT, env });
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, min, sec]) => Number(min) * 60 + Number(sec));
  if (seconds.length !== 2) throw new Error(`"times" printed ${JSON.stringify(stdout)}`);
  return seconds.reduce((sum, each) => sum + each, 0);
}
