import { readFile, statfs } from 'node:fs/promises';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import { databaseName } from '../../../fleet/tenants/index.ts';
import { settingsOf } from '../../health/index.ts';
import { type Check, type Finding, failed, leftOut, ok, warning } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { selectStorage } from '../sql.ts';

const LOOPBACK = new Set(['0100007F', '00000000000000000000000001000000', '0000000000000000FFFF00000100007F']);
const LISTENING = '0A';

/** Addresses, in the kernel's hexadecimal words, at which somebody listens on a port of this host. */
async function listenersOn(port: number): Promise<string[]> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${wanted}`))
    .map(([, local]) => local?.split(':')[0] ?? '');
}

export function portsCheck(): Check {
  return {
    name: 'ports',
    timeoutSeconds: 30,
    remedy: 'Restart the store: lapak tenant restart.',
    async run({ spec: { ports }, signal }) {
      if (process.platform !== 'linux') return leftOut('only Linux tells who listens where');
      const answer = await createRuntimeClient(ports.telegram, signal).readiness();
      if (!answer.ready)
        return failed(
          `behind ${ports.telegram} no store is ready: ${answer.reason}`,
          'Read its log: lapak tenant logs.',
        );
      for (const port of [ports.telegram, ports.pakasir]) {
        const found = await listenersOn(port);
        if (found.length === 0) return failed(`nobody listens on ${port}`, 'Restart the store: lapak tenant restart.');
        if (found.some((address) => !LOOPBACK.has(address))) {
          return failed(`${port} is open beyond this machine`, 'Close it in the firewall, and restart the store.');
        }
      }
      return ok(`${ports.telegram} and ${ports.pakasir}, both on loopback only; the store answers`);
    },
  };
}

export function timeZoneCheck({ tenants }: RehearsalDeps): Check {
  return {
    name: 'time zone',
    timeoutSeconds: 10,
    remedy: 'Set BOT_TIMEZONE to a name such as Asia/Jakarta: lapak tenant config set.',
    async run({ tenant }) {
      const { timeZone } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      const now = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
      return ok(`${timeZone}, where it is ${now.format(tenants.clock.now())} now`);
    },
  };
}

const MIB = 1024 * 1024;
const LEAST_FREE_MIB = 512;

/** What is left of the disk below a folder. */
async function freeAt(folder: string, threshold: number): Promise<{ words: string; result: Finding['result'] }> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / MIB);
  const used = Math.round(((blocks - bfree) / Math.max(1, blocks - bfree + bavail)) * 100);
  const result = free < LEAST_FREE_MIB ? 'failed' : used >= threshold ? 'warning' : 'ok';
  return { words: `${free} MiB free (${used} % in use, threshold ${threshold})`, result };
}

export function spaceCheck({ tenants, cluster }: RehearsalDeps): Check {
  return {
    name: 'free space',
    timeoutSeconds: 30,
    remedy: 'Look at the disk that the folder of the store lies on.',
    async run({ tenant, spec }) {
      const { thresholds } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      const files = await freeAt(spec.folder, thresholds.disk);
      const { folder, bytes } = await selectStorage(cluster, databaseName(tenant.store));
      // On another machine, or another's: then it is not to be seen from here.
      const data = await freeAt(folder, thresholds.disk).catch(() => undefined);
      const size = `the database has ${Math.ceil(bytes / MIB)} MiB, its disk ${data?.words ?? 'cannot be seen from here'}`;
      const found = `the store's files: ${files.words}; ${size}`;
      const worst = [files.result, data?.result ?? 'ok'];
      const remedy = 'Free some space, or give the disk more: backups need it too.';
      if (worst.includes('failed')) return failed(found, remedy);
      return worst.includes('warning') ? warning(found, remedy) : ok(found);
    },
  };
}
