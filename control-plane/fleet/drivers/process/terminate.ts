import { waitUntil } from '../wait.ts';
import { isAlive, type ProcessIdentity, startOf } from './identity.ts';

/**
 * Ends a process and its group: SIGTERM, after `graceMs` SIGKILL, and back only when it is really gone. A process that
 * merely has the same pid is left alone.
 */
export async function terminate(identity: ProcessIdentity, graceMs: number): Promise<void> {
  const gone = async () => !(await isAlive(identity));
  // Gone before we came: its group may be somebody else's by now.
  if (await gone()) return;
  signalGroup(identity.pid, 'SIGTERM');
  if (!(await waitUntil(gone, { withinMs: graceMs }))) {
    if (!(await gone())) signalGroup(identity.pid, 'SIGKILL');
    // A process that is stuck in the kernel outlives even this; the caller must not start a second one beside it.
    if (!(await waitUntil(gone, { withinMs: 30_000 }))) {
      throw new Error(`process ${identity.pid} is still there 30 s after SIGKILL`);
    }
  }
  await endGroup(identity);
}

/** Ends a process and its group as a crash would. A process that merely has the same pid is left alone. */
export async function killNow(identity: ProcessIdentity): Promise<void> {
  if (await isAlive(identity)) signalGroup(identity.pid, 'SIGKILL');
}

/** Ends what the leader has left behind. The system gives its pid to nobody while its group has members. */
async function endGroup({ pid }: ProcessIdentity): Promise<void> {
  if ((await startOf(pid)) === undefined) signalGroup(pid, 'SIGKILL');
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
