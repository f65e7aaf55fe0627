import Fastify from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import { createKeyWatch } from '../../control-plane/api/auth/key-watch.ts';

/** More than passes between two checks. */
const A_CHECK_MS = 10_000;

afterEach(() => {
  vi.useRealTimers();
});

test('a check ends what it asked about and is no longer in force, and nothing that began while it asked', async () => {
  const answers: { ids: readonly string[]; answer(good: readonly string[]): void }[] = [];
  const watch = createKeyWatch({
    inForce: (ids) => new Promise((answer) => answers.push({ ids, answer })),
    onFault(error) {
      throw error;
    },
  });
  const signals = new Map<string, AbortSignal>();
  const app = Fastify();
  app.get<{ Params: { id: string } }>('/:id', (request, reply) => {
    signals.set(request.params.id, watch.follow(request.params.id, reply));
    reply.hijack();
    reply.raw.flushHeaders();
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const leave = new AbortController();
  const open = (id: string) => fetch(`${url}/${id}`, { signal: leave.signal });

  await open('revoked');
  vi.advanceTimersByTime(A_CHECK_MS);
  expect(answers.map(({ ids }) => ids)).toEqual([['revoked']]);
  await open('new');
  answers[0]?.answer([]);
  await vi.waitFor(() => expect(signals.get('revoked')?.aborted).toBe(true));
  expect(signals.get('new')?.aborted).toBe(false);

  leave.abort();
  vi.useRealTimers();
  await app.close();
});
