import type { Act } from '../../../sandbox/control/chats.ts';
import type { ForgeryInput } from '../../../sandbox/control/pakasir.ts';
import type { FaultInput } from '../../../sandbox/faults/rules.ts';
import type { Tapped } from '../../../sandbox/telegram/people.ts';
import type { User } from '../../../sandbox/telegram/types.ts';

/** What the page does in the sandbox. Each throws an Error with the sandbox's own words when it is refused. */
async function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/control${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(answer.error ?? `the sandbox answers ${response.status}`);
  return answer as T;
}

export type Place = { bot: number; user: number };

export const chatPath = ({ bot, user }: Place) => `/bots/${bot}/chats/${user}`;
export const fileUrl = (bot: number, file: string) => `/control/bots/${bot}/files/${encodeURIComponent(file)}`;
export const transcriptUrl = (place: Place) => `/control${chatPath(place)}/transcript`;

const transaction = (id: string, act: string) => `/pakasir/transactions/${encodeURIComponent(id)}/${act}`;

export const sandbox = {
  act: (place: Place, act: Act) => send<Partial<Tapped>>('POST', `${chatPath(place)}/act`, act),
  createUser: (firstName: string) => send<User>('POST', '/users', { firstName }),
  pay: (txn: string, force: boolean) => send('POST', transaction(txn, 'pay'), { force }),
  expire: (txn: string) => send('POST', transaction(txn, 'expire')),
  cancel: (txn: string) => send('POST', transaction(txn, 'cancel')),
  notify: (txn: string, forgery: ForgeryInput = {}) =>
    send<{ status: number }>('POST', transaction(txn, 'notify'), forgery),
  addFault: (rule: FaultInput) => send('POST', '/faults', rule),
  removeFault: (id: string) => send('DELETE', `/faults/${id}`),
  advance: (seconds: number) => send('POST', '/clock', { seconds }),
  setNotifying: (notify: boolean) => send('POST', '/pakasir/notifying', { notify }),
  reset: () => send('POST', '/reset'),
};
