import type { LineLevel } from './log-filter.ts';

/** What a store's runtime should be. Every driver makes the same of it. */
export type RuntimeSpec = {
  store: string;
  /** Folder and container name, `bot-<store>-<gateway>`. */
  name: string;
  /** Absolute path of the deployment folder: bot.env, logs/, backups/. */
  folder: string;
  /** Image that the docker driver runs; the process driver ignores it. */
  image: string;
  /** The very content to run, as `Driver.image` named it; without it, what `image` stands for when the runtime is made. */
  imageId?: string;
  /** The shard that hosts the store; without it the store has a runtime of its own. */
  shard?: string;
  /** Counts changes of intent; a label of the container, never part of `specHash`. */
  generation: number;
  /** Hash of everything that makes a replacement necessary. */
  specHash: string;
  /** The complete environment of the runtime. Handed over through the bot.env file, never through argv. */
  env: Readonly<Record<string, string>>;
  ports: { telegram: number; pakasir: number };
  limits: { memoryMb: number; cpus: number; pids: number };
};

/** What of a spec says where its runtime is reached. */
export type Addressed = Pick<RuntimeSpec, 'store' | 'name' | 'ports'>;

/** Base addresses of a runtime's two listeners as this control plane and the ingress reach them, such as `http://127.0.0.1:13752`. */
export type Endpoint = { telegram: string; pakasir: string };

/** Of a runtime that takes the ports of its spec on this machine. */
export const loopbackEndpoint = ({ ports }: Addressed): Endpoint => ({
  telegram: `http://127.0.0.1:${ports.telegram}`,
  pakasir: `http://127.0.0.1:${ports.pakasir}`,
});

export type RuntimeState = 'missing' | 'starting' | 'running' | 'restarting' | 'exited';

/** What the driver sees now. */
export type Observation = {
  store: string;
  state: RuntimeState;
  /** Of the runtime that is there; undefined when it is missing or not ours. */
  specHash?: string;
  generation?: number;
  /** Content that the runtime was made of, where the driver has images. */
  imageId?: string;
  /** Container id or process id. */
  id?: string;
  /** Result of the runtime's own health check, where the driver has one. */
  healthy?: boolean;
  startedAt?: Date;
  restarts?: number;
  exit?: {
    code: number | null;
    signal?: string;
    outOfMemory: boolean;
    /** What a hosted store failed with: it has no process whose code would say it. */
    error?: string;
    at?: Date;
  };
};

export type DriverEvent = { store: string; kind: 'started' | 'exited' | 'unhealthy' | 'healthy' | 'removed'; at: Date };

/** What a runtime takes of its machine. */
export type Usage = {
  /** Cores in use, over about a second. */
  cpus: number;
  /** Bytes that cannot be taken back from it: caches of files are not counted. */
  memoryBytes: number;
};

export type LogRequest = {
  /** So many of the last lines that are asked for. */
  tail?: number;
  follow?: boolean;
  /** Nothing that was written before. */
  since?: Date | undefined;
  /** Nothing below it; lines without a level are let through. */
  level?: LineLevel | undefined;
  signal?: AbortSignal;
};

/**
 * Runs stores. Each call is check-then-act and may be repeated: after a crash in the middle, the same call converges.
 * A runtime that carries no Lapak label is reported by `list` of the platform, never touched.
 */
export type Driver = {
  readonly kind: 'process' | 'docker' | 'swarm';
  /** Whether it can host many stores in one process, see `RuntimeSpec.shard`. */
  readonly hostsStores?: boolean;
  /** Brings up what all stores share, where the driver has such a thing. May be repeated. @throws AppError */
  prepare?(): Promise<void>;
  /** Brings the runtime to `spec`: starts it, leaves an equal one alone, replaces one of another spec hash. The old one is
   * stopped before the new one starts: two pollers make a deaf bot. */
  ensure(spec: RuntimeSpec, signal?: AbortSignal): Promise<Observation>;
  /**
   * The content that the name of an image stands for now. Undefined where there are no images: the process driver runs
   * the code that is installed. @throws AppError IMAGE_NOT_FOUND when there is no such image
   */
  image(name: string): Promise<string | undefined>;
  observe(store: string): Promise<Observation>;
  /** Where a store's runtime is reached: the same before it starts, while it runs, and after it is replaced. */
  endpoint(of: Addressed): Endpoint;
  /** Every runtime of ours that this driver knows, in one pass. */
  observeAll(): Promise<Observation[]>;
  /** Stops with SIGTERM, then SIGKILL after `graceSeconds`; a missing runtime is stopped already. Keeps the logs. */
  stop(store: string, options?: { graceSeconds?: number }): Promise<void>;
  /** Ends the runtime at once, without a warning, as a crash would: it is started again. A missing one is left missing. */
  kill(store: string): Promise<void>;
  /** Stops and removes every trace of the runtime; the deployment folder is not the driver's. */
  remove(store: string): Promise<void>;
  /** What the store's runtime takes now; undefined when none runs, or when it shares its process. Takes about a second. */
  usage(store: string, signal?: AbortSignal): Promise<Usage | undefined>;
  /** Text lines of the runtime, oldest first. */
  logs(store: string, request?: LogRequest): AsyncIterable<string>;
  /** What happens to runtimes, until the signal aborts. */
  events(signal: AbortSignal): AsyncIterable<DriverEvent>;
  /** Says whether the engine behind the driver answers. @throws AppError DRIVER_UNAVAILABLE */
  ping(): Promise<{ version: string }>;
  /** Ends what all stores share, once each of them is stopped, where the driver has such a thing. */
  stopShared?(): Promise<void>;
  /** Lets go of watchers. Stores go on running. */
  close(): Promise<void>;
};
