import { Api } from 'grammy';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Waker } from '../../../kernel/waker.ts';
import { createMoment, type Moment } from './copy/words.ts';
import { createRefresher } from './refresher.ts';
import { createMessenger } from './saying/messenger.ts';

const TIMEOUT_SECONDS = 15;

/** What speaks to owners; it needs nothing of what it speaks about but the rows. */
export type Voice = {
  api: Api;
  moment: Moment;
  messenger: Waker;
  /** Brings the messages about an incident up to what is so now. */
  refresh(incidentId: number): void;
};

export function createVoice(deps: {
  db: Db;
  clock: Clock;
  log: Log;
  token: string;
  apiRoot: string;
  timeZone: string;
  /** An alert of this kind was said. */
  sent(kind: string): void;
}): Voice {
  const api = new Api(deps.token, { apiRoot: deps.apiRoot, timeoutSeconds: TIMEOUT_SECONDS });
  const moment = createMoment(deps.timeZone);
  const parts = { ...deps, api, moment };
  return { api, moment, messenger: createMessenger(parts), refresh: createRefresher(parts) };
}
