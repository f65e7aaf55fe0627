import { expect, test } from 'vitest';
import { attempt, createApi } from '../../tenant-runtime/bot/telegram.ts';
import { freePort } from '../support/ports.ts';

test('a call to a Telegram that cannot be reached had no effect', async () => {
  const api = createApi('1:x', `http://127.0.0.1:${await freePort()}`);
  expect(await attempt(() => api.getMe())).toMatchObject({ kind: 'later', untaken: true });
});
