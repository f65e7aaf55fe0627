import { access, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { Orders } from './webhook.ts';

const DEBIAN = '/usr/lib/postgresql';

/** Where pgbench is: in `LAPAK_PG_BIN`, on the PATH, or in one of Debian's folders. */
export async function findPgbench(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const debian = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  const path = (process.env.PATH ?? '').split(delimiter);
  for (const dir of [process.env.LAPAK_PG_BIN ?? '', ...path, ...debian].filter((each) => each !== '')) {
    const file = join(dir, 'pgbench');
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

export type Pgbench = {
  /** Runs the script once for each order; returns transactions per second. */
  run(orders: Orders, protocol: Protocol): Promise<number>;
};

/**
 * How a client of Postgres sends a statement. `extended`: parses, binds and executes it each time, as one that does nothing
 * about it; `prepared`: parses it once, as kernel/db.ts.
 */
export type Protocol = 'extended' | 'prepared';

export async function preparePgbench(
  file: string,
  databaseUrl: string,
  script: string,
  { clients, scratch }: { clients: number; scratch: string },
): Promise<Pgbench> {
  const scriptFile = join(scratch, 'settlement.sql');
  await writeFile(scriptFile, script);
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const env = {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
  };
  return {
    async run({ from, count }, protocol) {
      const each = Math.floor(count / clients);
      const variables = { turn: 0, first: from, each };
      const defined = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
      const sizes = ['-c', String(clients), '-j', String(Math.min(2, clients)), '-t', String(each)];
      const how = ['--no-vacuum', `--protocol=${protocol}`];
      const { stdout } = await execa(file, [...how, ...sizes, ...defined, '-f', scriptFile], { env });
      const [, perSecond] = /^tps = ([\d.]+)/m.exec(stdout) ?? [];
      if (!perSecond) throw new Error(`pgbench did not tell its speed:\n${stdout}`);
      return Number(perSecond);
    },
  };
}
