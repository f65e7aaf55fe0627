import { join } from 'node:path';
import { createDb } from '../../../kernel/db.ts';
import { runtimeName, selectTenants } from '../../fleet/tenants/index.ts';
import type { ControlPlaneConfig } from '../../platform/config.ts';
import { installationOf, ownerOf, type StrangerFolder, takeOver } from '../../platform/ownership/index.ts';

export type StrangerFinding = StrangerFolder & { adopted: boolean };

/** LAPAK_HOME and the folders of stores of the backup that carry the mark of another control plane than was recovered. */
export async function lookForStrangers(
  { config, adopt }: { config: ControlPlaneConfig; adopt: boolean },
  url: string,
): Promise<StrangerFinding[]> {
  const mine = await installationOf(url, config.home);
  const found: StrangerFinding[] = [];
  for (const folder of [config.home, ...(await storeFolders(config.deployments, url))]) {
    const owner = await ownerOf(folder);
    if (!owner || owner.id === mine.id) continue;
    if (adopt) await takeOver(folder, mine);
    found.push({ folder, owner, adopted: adopt });
  }
  return found;
}

async function storeFolders(deployments: string, url: string): Promise<string[]> {
  const db = createDb({ connectionString: url, max: 1, applicationName: 'lapak-recover' });
  try {
    const known = await selectTenants(db, { after: null, limit: 100_000 });
    return known.map(({ store, gateway }) => join(deployments, runtimeName(store, gateway)));
  } finally {
    await db.close();
  }
}
