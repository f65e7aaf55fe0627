import { readFile, statfs } from 'node:fs/promises';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import { databaseName } from '../../../fleet/tenants/index.ts';
import { settingsOf } from '../../health/index.ts';
import type { Check } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { type DiskSpace, type Fact, failed, leftOut, ok, warning } from '../findings.ts';
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
    async run({ spec: { ports }, endpoint, signal }) {
      if (process.platform !== 'linux') return leftOut({ kind: 'listeners_unknown' });
      const answer = await createRuntimeClient(endpoint.telegram, signal).readiness();
      if (!answer.ready) return failed({ kind: 'not_ready', port: ports.telegram, reason: answer.reason });
      for (const port of [ports.telegram, ports.pakasir]) {
        const found = await listenersOn(port);
        if (found.length === 0) return failed({ kind: 'port_closed', port });
        if (found.some((address) => !LOOPBACK.has(address))) return failed({ kind: 'port_public', port });
      }
      return ok({ kind: 'ports_bound', ...ports });
    },
  };
}

export function timeZoneCheck({ tenants }: RehearsalDeps): Check {
  return {
    name: 'time zone',
    timeoutSeconds: 10,
    async run({ tenant }) {
      const { timeZone } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      // Throws where there is no such zone.
      new Intl.DateTimeFormat('sv-SE', { timeZone });
      return ok({ kind: 'time_zone', timeZone, at: tenants.clock.now().toISOString() });
    },
  };
}

const MIB = 1024 * 1024;
const LEAST_FREE_MIB = 512;

/** What is left of the disk below a folder. */
async function freeAt(folder: string, threshold: number): Promise<DiskSpace> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  const freeMib = Math.floor((bavail * bsize) / MIB);
  const percentUsed = Math.round(((blocks - bfree) / Math.max(1, blocks - bfree + bavail)) * 100);
  return { freeMib, percentUsed, threshold };
}

export function spaceCheck({ tenants, cluster }: RehearsalDeps): Check {
  return {
    name: 'free space',
    timeoutSeconds: 30,
    async run({ tenant, spec }) {
      const { thresholds } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      const files = await freeAt(spec.folder, thresholds.disk);
      const { folder, bytes } = await selectStorage(cluster, databaseName(tenant.store));
      // On another machine, or another's: then it is not to be seen from here.
      const data = await freeAt(folder, thresholds.disk).catch(() => null);
      const fact: Fact = { kind: 'space', files, databaseMib: Math.ceil(bytes / MIB), data };
      const disks = data ? [files, data] : [files];
      if (disks.some(({ freeMib }) => freeMib < LEAST_FREE_MIB)) return failed(fact);
      return disks.some(({ percentUsed, threshold }) => percentUsed >= threshold) ? warning(fact) : ok(fact);
    },
  };
}
