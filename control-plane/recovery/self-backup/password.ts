import { createHmac } from 'node:crypto';
import type { SealingKey } from '../../../kernel/crypto.ts';

const LABEL = 'lapak backup of the control plane';

/**
 * The password of the control plane's own backups, derived from a master key: whoever can open the secrets in it can open
 * the backup, and there is nothing else to lose.
 */
export const selfBackupPassword = ({ key }: SealingKey): string =>
  createHmac('sha256', key).update(LABEL).digest('hex');
