import type { Tx } from '../../kernel/db.ts';
import type { KeyScope } from './contract/index.ts';

/** On whose behalf a change is made. Goes into operations and the audit log. */
export type Caller = {
  /** `key:<id>` of an API key, or `system`. */
  actor: string;
  /** What they may do; asked again where it is done. */
  scope: KeyScope;
  requestId: string | null;
  /**
   * Keeps the answer of a request with an Idempotency-Key in the transaction of its effect, so that either both exist or
   * neither. Does nothing for a request without one.
   */
  remember(tx: Tx, status: number, body: unknown): Promise<void>;
};

/** The control plane itself. */
export const SYSTEM: Caller = { actor: 'system', scope: 'admin', requestId: null, remember: async () => {} };
