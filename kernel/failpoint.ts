/**
 * A named place in the code where a test kills the process to see what survives. In production no
 * failpoint is set and calling one does nothing.
 */
export type Failpoint = (name: string) => void;

export const noFailpoint: Failpoint = () => {};

/** A failpoint that kills this process with SIGKILL, as the kernel would, at the named place. */
export function killAt(armed: string | undefined): Failpoint {
  if (!armed) return noFailpoint;
  return (name) => {
    if (name === armed) process.kill(process.pid, 'SIGKILL');
  };
}
