import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import type { VolleyResult } from '../load.ts';
import { cpuMillis } from '../process-cost.ts';
import { SECRET } from '../runtime.ts';
import { FIRST_USER, USERS } from '../seed.ts';
import type { Kind } from './kinds.ts';
import type { Side } from './same.ts';

export const CONCURRENCY = 32;

export type Round = {
  /** Until the last answer had reached Telegram. */
  perSecond: number;
  /** Processor time of the bot's process per update; 0 where the system does not tell. */
  cpuMs: number;
  /** How long each acknowledgement took, in milliseconds. */
  latencies: number[];
};

/** Posts updates of one kind for so long; as many as are taken, unless a rate is given. */
export async function round(bench: Bench, side: Side, kind: Kind, forMs: number, perSecond?: number): Promise<Round> {
  const cpuBefore = (await cpuMillis(side.pid)) ?? 0;
  const before = await bench.outside.ask<{ count: number }>({ kind: 'calls' });
  const { posted, beganAt, endedAt, latencies } = await bench.load.ask<VolleyResult>({
    kind: 'volley',
    url: side.url,
    headers: { 'x-telegram-bot-api-secret-token': SECRET },
    body: kind.body(),
    from: side.nextUpdate,
    firstUser: FIRST_USER + 1,
    users: USERS,
    concurrency: CONCURRENCY,
    forMs,
    ...(perSecond === undefined ? {} : { perSecond }),
    expect: 200,
  });
  side.nextUpdate += posted;
  const answeredAt = await answered(bench, before.count + posted * kind.answers);
  return {
    perSecond: (posted * 1000) / (Math.max(endedAt, answeredAt) - beganAt),
    cpuMs: (((await cpuMillis(side.pid)) ?? 0) - cpuBefore) / posted,
    latencies,
  };
}

async function answered(bench: Bench, count: number): Promise<number> {
  for (let waited = 0; waited < 15_000; waited += 20) {
    const calls = await bench.outside.ask<{ count: number; lastAt: number }>({ kind: 'calls' });
    if (calls.count >= count) return calls.lastAt;
    await sleep(20);
  }
  throw new Error('not every update was answered: somebody was taken for a spammer, or an answer was lost');
}
