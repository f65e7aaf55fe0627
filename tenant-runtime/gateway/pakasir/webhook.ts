import { constantTimeEqual } from '../../../kernel/crypto.ts';
import type { Gateway } from '../gateway.ts';
import { parsed } from '../http.ts';
import { readHint } from './answers.ts';

const HEADER = 'x-secret';

/** Pakasir's webhook: a secret in a header, and JSON whatever its content type says. */
export function pakasirWebhook(secret: string | undefined): Gateway['webhook'] {
  return {
    path: '/webhooks/pakasir',
    read({ headers, body }) {
      const given = headers[HEADER];
      const authentic = secret === undefined || (typeof given === 'string' && constantTimeEqual(given, secret));
      if (!authentic) return { kind: 'forged' };
      const hint = readHint(parsed(body.toString('utf8')));
      return hint ? { kind: 'hint', hint } : { kind: 'malformed' };
    },
    compose({ ref, transactionId, amount }) {
      const told = { txn_id: transactionId, order_id: ref, amount, is_sandbox: false, status: 'completed' };
      return {
        headers: { 'content-type': 'application/json', ...(secret === undefined ? {} : { [HEADER]: secret }) },
        body: Buffer.from(JSON.stringify({ ...told, completed_at: new Date().toISOString() })),
      };
    },
  };
}
