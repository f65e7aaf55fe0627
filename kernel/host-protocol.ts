import { z } from 'zod';

/**
 * What a host of stores (a shard) is asked by its control plane, over HTTP on its telegram listener, with
 * `Authorization: Bearer <token of the host>`. No store can be named like the path.
 *
 * - `GET    /_host/stores`               → `HostedStores`
 * - `GET    /_host/stores/:store`        → `HostedStore`, 404 when the host does not have it
 * - `PUT    /_host/stores/:store`        `HostedSpec` → `HostedStore`. Starts it; leaves one of the same spec hash alone, and
 *   replaces one of another, the old one stopped first. Answers once it is started or is being tried again. May be repeated.
 * - `POST   /_host/stores/:store/stop`   `{ graceSeconds }` → `HostedStore`. Stays stopped, and is remembered.
 * - `POST   /_host/stores/:store/kill`   → `HostedStore`. Abandoned without a warning, as by a crash, and started again.
 * - `DELETE /_host/stores/:store`        → 204. Stopped and forgotten; one that is not there is forgotten already.
 * - `GET    /_host/events`               → one JSON `HostEvent` a line, until the asker leaves.
 *
 * A host remembers its stores in its own folder and starts them again after a crash of its own.
 */
export const HOST_PATH = '/_host';

export const HOSTED_SPEC = z.object({
  /** Absolute path of the store's deployment folder on the host's machine: bot.env, logs/, backups/. */
  folder: z.string().startsWith('/'),
  generation: z.int().min(0),
  specHash: z.string().min(1).max(128),
  /** Listened to for this store alone, beside `/<store>/…` of the host's own listeners. */
  ports: z.object({ telegram: z.int().min(1).max(65_535), pakasir: z.int().min(1).max(65_535) }),
});

export type HostedSpec = z.infer<typeof HOSTED_SPEC>;

export const HOSTED_STORE = z.object({
  store: z.string(),
  /** `restarting`: it failed and waits for its next start. `asleep`: awake for the first who asks. `exited`: stopped on purpose. */
  state: z.enum(['starting', 'running', 'asleep', 'restarting', 'exited']),
  generation: z.int(),
  specHash: z.string(),
  /** Changes with each start that is not a wake-up. */
  run: z.string(),
  startedAt: z.coerce.date().optional(),
  /** Starts again since the spec was asked for. */
  restarts: z.int(),
  /** How it ended last: what it failed with, or nothing when it was stopped. */
  exit: z.object({ at: z.coerce.date(), error: z.string().optional() }).optional(),
});

export type HostedStore = z.infer<typeof HOSTED_STORE>;

export const HOSTED_STORES = z.object({
  /** Names the code that the host was started with; hosts of earlier versions do not say it. */
  code: z.string().min(1).max(128).default('unknown'),
  stores: z.array(HOSTED_STORE),
});

export type HostedStores = z.infer<typeof HOSTED_STORES>;

export const HOST_EVENT = z.object({
  store: z.string(),
  kind: z.enum(['started', 'exited', 'removed']),
  at: z.coerce.date(),
});

export type HostEvent = z.infer<typeof HOST_EVENT>;
