import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Bench } from '../bench.ts';
import { SECRET } from '../runtime.ts';
import { FIRST_USER } from '../seed.ts';
import { KINDS, type Kind } from './kinds.ts';

export type Side = { name: string; pid: number; database: string; url: string; nextUpdate: number };

/**
 * Proves that the yardstick still does what the store does: one update of each kind must lead to the same statements and
 * the same calls to Telegram on both sides. The first one warms caches that both sides keep.
 */
export async function assertSame(bench: Bench, ours: Side, bare: Side): Promise<void> {
  for (const kind of KINDS) {
    const [expected, found] = [await trace(bench, ours, kind), await trace(bench, bare, kind)];
    if (expected.statements.length === 0 || expected.calls.length !== kind.answers) {
      throw new Error(`nothing was recorded of ${kind.name}`);
    }
    if (isDeepStrictEqual(expected, found)) continue;
    const show = (of: unknown) => JSON.stringify(of, undefined, 1);
    throw new Error(
      `the bare bot no longer does what the store does for ${kind.name}; mend tests/bench/updates\nstore: ${show(expected)}\nbare: ${show(found)}`,
    );
  }
}

async function trace(bench: Bench, side: Side, kind: Kind) {
  await post(side, kind);
  await sleep(100);
  await bench.outside.ask({ kind: 'record' });
  const statements = await bench.cluster.statements(async () => {
    await post(side, kind);
    await sleep(200);
  });
  const calls = await bench.outside.ask<{ method: string; body: unknown }[]>({ kind: 'record' });
  await bench.outside.ask({ kind: 'forget' });
  return { statements: statements(side.database), calls };
}

async function post(side: Side, kind: Kind): Promise<void> {
  const n = String(side.nextUpdate++);
  const response = await fetch(side.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
    body: kind
      .body()
      .replaceAll('@N@', n)
      .replaceAll('@USER@', String(FIRST_USER + 1)),
  });
  if (response.status !== 200) throw new Error(`${side.name} answered ${response.status}: ${await response.text()}`);
}
