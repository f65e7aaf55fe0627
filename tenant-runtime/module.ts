import type { Composer } from 'grammy';
import type { BackgroundTask } from '../kernel/background-tasks.ts';
import type { Db, Tx } from '../kernel/db.ts';
import type { StoreContext } from './bot/context.ts';
import type { QueueName } from './composition/deps.ts';
import type { AdminButton } from './modules/staff/menu/index.ts';

/** What one module adds to a store. A member that a module has no use for is left out. */
export type StoreModule = {
  /** Unique in the store; faults name it. */
  name: string;
  /** Commands, buttons and wizards. Updates meet the modules in the order of the list. */
  handlers?: Composer<StoreContext>;
  /** Reads messages that no wizard waits for. */
  freeText?: Composer<StoreContext>;
  /** Leads from the admin menu to its screens. */
  adminButton?: AdminButton;
  tasks?: readonly BackgroundTask[];
  /** Handlers of queues; one that throws is called again later. */
  jobs?: { [Q in QueueName]?: (data: Record<string, unknown>) => Promise<void> };
  /** At the start and once a day: forgets what nothing will ask for again, checks what must hold. */
  housekeeping?(db: Db, now: Date): Promise<unknown>;
  /** Brings its gauges up to date before they are read. */
  refreshMetrics?(): Promise<void>;
  /**
   * At the start: queues again what the rows say is unfinished. The rows are the truth, the queue only wakes the workers: a
   * job that a killed process had in hand would otherwise wait for its time-out.
   */
  recover?(tx: Tx): Promise<void>;
  /** At the stop, when nothing new is taken any more: finishes what it holds, or as much as it can before the signal. */
  drain?(signal: AbortSignal): Promise<void>;
};
