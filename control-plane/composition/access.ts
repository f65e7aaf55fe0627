import { createAudit, createRefusals } from '../api/audit/index.ts';
import { createApiKeys } from '../api/auth/index.ts';
import type { Caller } from '../api/caller.ts';
import { createIdempotency } from '../api/idempotency/index.ts';
import { createSessions } from '../api/sessions/index.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import type { ServiceDeps } from './deps.ts';

/** Who may ask, and what is written down about it. */
export function composeAccess({ config, db, clock }: Pick<ServiceDeps, 'config' | 'db' | 'clock'>, secrets: Secrets) {
  const { consoleUrl } = config;
  const audit = createAudit({ db, clock });
  const apiKeys = createApiKeys({ db, clock, audit });
  const sessions = createSessions({ db, clock, audit, keyUsed: apiKeys.touch });

  /** A link to the console for an owner who asked the owner bot; none reaches them where the console has no public address. */
  async function consoleLink(ownerId: number, caller: Caller) {
    if (consoleUrl === undefined) return undefined;
    const { keyId } = await apiKeys.ofOwner(ownerId, caller);
    return sessions.createLink(keyId, consoleUrl, caller);
  }

  return {
    ...{ audit, apiKeys, sessions, consoleLink },
    refusals: createRefusals({ db, clock, audit }),
    idempotency: createIdempotency({ db, clock, secrets }),
  };
}
