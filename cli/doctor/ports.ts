import type { Environment } from '../../kernel/config.ts';
import { ConnectionFault } from '../api/http.ts';
import { isFree } from '../ports.ts';
import { broken, type Check, ok, warning } from './check.ts';
import { get } from './probes.ts';
import { settingOf } from './settings.ts';

const SAMPLE = 50;

/** The control plane's own port, and a sample of the range that stores get theirs from. */
export function portChecks(env: Environment): Check[] {
  return [
    {
      name: 'API port',
      async run() {
        const port = Number(settingOf(env, 'LAPAK_PORT') ?? 7700);
        if (await isFree(port)) return ok(`${port} is free`);
        if (await lapakAnswers(port)) return ok(`${port} is held by a control plane`);
        return broken(
          `${port} is held by another program`,
          `Stop that program, or set LAPAK_PORT. Who it is: ss -ltnp | grep :${port}`,
        );
      },
    },
    {
      name: 'Store ports',
      async run() {
        const range = settingOf(env, 'LAPAK_PORT_RANGE') ?? '20000-29999';
        const [, from, to] = (/^(\d{1,5})-(\d{1,5})$/.exec(range) ?? []).map(Number);
        if (!from || !to || from >= to || to > 65_535) {
          return broken('LAPAK_PORT_RANGE is no range', 'Write two ports such as 20000-29999, the smaller first.');
        }
        const ports = sample(from, to);
        const free = (await Promise.all(ports.map((port) => isFree(port)))).filter(Boolean).length;
        const detail = `${free} of ${ports.length} ports tried in ${range} are free`;
        if (free === 0) return broken(detail, 'Set LAPAK_PORT_RANGE to ports that nobody uses.');
        if (free < ports.length / 2) return warning(detail, 'Soon there will be none left: widen LAPAK_PORT_RANGE.');
        return ok(detail);
      },
    },
  ];
}

/** Ports spread evenly over the range. */
function sample(from: number, to: number): number[] {
  const size = Math.min(SAMPLE, to - from + 1);
  return Array.from({ length: size }, (_, i) => from + Math.floor((i * (to - from + 1)) / size));
}

async function lapakAnswers(port: number): Promise<boolean> {
  try {
    const { status } = await get(`http://127.0.0.1:${port}/readyz`);
    return status === 200 || status === 503;
  } catch (error) {
    if (error instanceof ConnectionFault) return false;
    throw error;
  }
}
