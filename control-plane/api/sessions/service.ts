import type { Clock } from '../../../kernel/clock.ts';
import { sha256Hex } from '../../../kernel/crypto.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import type { Audit } from '../audit/index.ts';
import type { Caller } from '../caller.ts';
import type { SignInLink } from '../contract/index.ts';
import type { Identity, SessionMark } from '../identity.ts';
import {
  deleteEnded,
  deleteOlder,
  deleteSession,
  insertSession,
  insertTicket,
  type Moment,
  selectInForce,
  selectSession,
  takeTicket,
  touchSession,
} from './sql.ts';

/** What a browser shows to be signed in. */
export type Credential = { identity: Identity } | { ticket: string };

export type SignedIn = {
  identity: Identity;
  /** What the cookie holds; kept nowhere. */
  id: string;
  endsAt: Date;
};

export type Sessions = {
  /** Whose session an id of a cookie is; undefined when it is unknown, over, or its key no longer in force. */
  authenticate(id: string): Promise<{ identity: Identity; session: SessionMark } | undefined>;
  /** Those of the sessions, by their hashes, that are in force now. */
  inForce(hashes: readonly string[]): Promise<string[]>;
  /**
   * Begins a session under a new id, and ends the one that the browser had.
   * @returns undefined when the ticket is unknown, used or too old, or the key no longer in force
   */
  signIn(by: Credential, of: { requestId: string; formerId: string | undefined }): Promise<SignedIn | undefined>;
  signOut(session: SessionMark | null, caller: Caller): Promise<void>;
  /** A link below `origin` that signs in as this key, once and within a minute. */
  createLink(keyId: string, origin: string, caller: Caller): Promise<SignInLink>;
  /** Removes what is over. */
  expire(): Promise<void>;
};

const LIFE_MS = 12 * 3_600_000;
const IDLE_MS = 2 * 3_600_000;
const TOUCH_EVERY_MS = 60_000;
const TICKET_MS = 60_000;
/** Of one key at one time; the oldest give way. */
const MOST_SESSIONS = 50;
const MOST_TICKETS = 20;

export function createSessions(deps: {
  db: Db;
  clock: Clock;
  audit: Audit;
  /** A request came in the name of the key. */
  keyUsed(keyId: string): Promise<void>;
}): Sessions {
  const { db, clock, audit } = deps;

  function moment(): Moment {
    const at = clock.now();
    return { at, usedSince: new Date(at.getTime() - IDLE_MS) };
  }

  async function begin(tx: Tx, keyId: string): Promise<{ id: string; endsAt: Date } | undefined> {
    const id = randomSecret(32);
    const at = clock.now();
    const latest = new Date(at.getTime() + LIFE_MS);
    const endsAt = await insertSession(tx, { hash: sha256Hex(id), keyId, at, endsAt: latest });
    if (!endsAt) return undefined;
    await deleteOlder(tx, 'console_sessions', keyId, MOST_SESSIONS);
    return { id, endsAt };
  }

  return {
    async authenticate(id) {
      const now = moment();
      const row = await selectSession(db, sha256Hex(id), now);
      if (!row) return undefined;
      if (now.at.getTime() - row.seen_at.getTime() >= TOUCH_EVERY_MS) {
        await touchSession(db, row.hash, now.at);
        await deps.keyUsed(row.key_id);
      }
      const identity = { keyId: row.key_id, name: row.name, scope: row.scope };
      return { identity, session: { hash: row.hash, endsAt: row.ends_at } };
    },
    inForce: (hashes) => selectInForce(db, hashes, moment()),
    signIn: (by, { requestId, formerId }) =>
      db.tx(async (tx) => {
        const identity = 'identity' in by ? by.identity : await identityOfTicket(tx, by.ticket, clock.now());
        const begun = identity && (await begin(tx, identity.keyId));
        if (!identity || !begun) return undefined;
        if (formerId !== undefined) await deleteSession(tx, sha256Hex(formerId));
        const { keyId, scope } = identity;
        const caller: Caller = { actor: `key:${keyId}`, scope, requestId, remember: async () => {} };
        const after = { by: 'ticket' in by ? 'link' : 'key', endsAt: begun.endsAt.toISOString() };
        await audit.record(tx, caller, {
          action: 'session.begin',
          target: `api-key:${keyId}`,
          after,
          result: 'done',
        });
        return { identity, ...begun };
      }),
    signOut: (session, caller) =>
      db.tx(async (tx) => {
        if (session) {
          await deleteSession(tx, session.hash);
          const target = `api-key:${caller.actor.replace(/^key:/, '')}`;
          await audit.record(tx, caller, { action: 'session.end', target, result: 'done' });
        }
        await caller.remember(tx, 200, { signedOut: true });
      }),
    createLink: (keyId, origin, caller) =>
      db.tx(async (tx) => {
        const ticket = randomSecret(32);
        const at = clock.now();
        const expiresAt = new Date(at.getTime() + TICKET_MS);
        await insertTicket(tx, { hash: sha256Hex(ticket), keyId, at, expiresAt });
        await deleteOlder(tx, 'sign_in_tickets', keyId, MOST_TICKETS);
        const entry = { action: 'session.link', target: `api-key:${keyId}`, result: 'done' };
        await audit.record(tx, caller, { ...entry, after: { expiresAt: expiresAt.toISOString() } });
        // Behind the #, so that no log and no referrer ever has it: browsers do not send that part.
        const link = { url: `${origin}/console/#ticket=${ticket}`, expiresAt: expiresAt.toISOString() };
        await caller.remember(tx, 201, link);
        return link;
      }),
    expire: () => deleteEnded(db, moment()),
  };
}

async function identityOfTicket(tx: Tx, ticket: string, at: Date): Promise<Identity | undefined> {
  const key = await takeTicket(tx, sha256Hex(ticket), at);
  return key && { keyId: key.id, name: key.name, scope: key.scope };
}
