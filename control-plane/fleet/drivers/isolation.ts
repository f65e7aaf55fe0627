import { AppError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { ControlPlaneConfig } from '../../platform/config.ts';

export const NOT_ISOLATED =
  'Stores run as processes of this user: one that is taken over reads the others, this control plane and its keys. Use LAPAK_DRIVER=docker for stores of others.';

/**
 * The process driver isolates nothing, which is told at each start; as root, a store that is taken over has the machine.
 * @throws AppError CONFIG_INVALID for root, unless the operator allowed it
 */
export function assertMayRunStores(
  { driver, allowRootProcesses }: Pick<ControlPlaneConfig, 'driver' | 'allowRootProcesses'>,
  log: Log,
  uid: number | undefined = process.getuid?.(),
): void {
  if (driver !== 'process') return;
  if (uid === 0 && !allowRootProcesses) {
    throw new AppError(
      'CONFIG_INVALID',
      'LAPAK_DRIVER: stores would run as processes of root, so that one that is taken over has this machine. Run Lapak as another user or with LAPAK_DRIVER=docker, or set LAPAK_ALLOW_ROOT_PROCESSES=true where nothing is at stake.',
    );
  }
  log.warn({ driver }, NOT_ISOLATED);
}
