import { hostname } from 'node:os';
import { createDb } from '../../../kernel/db.ts';
import type { Installation } from './mark.ts';
import { selectInstallation } from './sql.ts';

/** Which control plane works on a control database, `home` being its LAPAK_HOME. */
export async function installationOf(connectionString: string, home: string): Promise<Installation> {
  const owner = createDb({ connectionString, max: 1, applicationName: 'lapak-start' });
  try {
    return { id: await owner.tx(selectInstallation), home, host: hostname() };
  } finally {
    await owner.close();
  }
}
