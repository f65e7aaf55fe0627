import type { Environment } from '../../kernel/config.ts';
import { broken, type Check, ok, warning } from './check.ts';
import type { ClusterFound } from './cluster.ts';
import { get } from './probes.ts';
import { telegramRootOf } from './settings.ts';

/** Certificates, signatures of backups at a bucket, and what runs out are judged by the clock. */
const BROKEN_FROM_S = 120;
const WARNING_FROM_S = 10;

type Clock = { whose: string; aheadSeconds: number };

/** This machine's clock beside the database's, and the one of Telegram. */
export function clockCheck(env: Environment, cluster: Promise<ClusterFound | undefined>): Check {
  return {
    name: 'Clock',
    async run() {
      const clocks = (await Promise.all([ofDatabase(cluster), ofTelegram(env)])).filter((clock) => clock !== undefined);
      if (clocks.length === 0) return ok(`${new Date().toISOString()}; nobody to compare it with`);
      const worst = clocks.reduce((a, b) => (Math.abs(b.aheadSeconds) > Math.abs(a.aheadSeconds) ? b : a));
      const off = Math.abs(worst.aheadSeconds);
      const detail = `${Math.round(off)} s ${worst.aheadSeconds > 0 ? 'ahead of' : 'behind'} the clock of ${worst.whose}`;
      const remedy = 'Set the clock by NTP: timedatectl set-ntp true.';
      if (off >= BROKEN_FROM_S) return broken(detail, remedy);
      if (off >= WARNING_FROM_S) return warning(detail, remedy);
      return ok(`agrees with the clock of ${clocks.map(({ whose }) => whose).join(' and of ')}`);
    },
  };
}

async function ofDatabase(cluster: Promise<ClusterFound | undefined>): Promise<Clock | undefined> {
  const found = await cluster;
  return found && { whose: 'the database', aheadSeconds: (found.askedAt - found.now.getTime()) / 1000 };
}

/** By the Date header, which has whole seconds. Undefined when it does not answer, which another check says. */
async function ofTelegram(env: Environment): Promise<Clock | undefined> {
  const root = telegramRootOf(env);
  if (!URL.canParse(root)) return undefined;
  try {
    const { headers } = await get(root);
    const at = Date.parse(headers.date ?? '');
    return Number.isNaN(at) ? undefined : { whose: 'Telegram', aheadSeconds: (Date.now() - at - 500) / 1000 };
  } catch {
    return undefined;
  }
}
