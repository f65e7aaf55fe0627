import { chown, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareFolder } from '../../control-plane/fleet/drivers/docker/owner.ts';
import type { RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import { makeSpec, tempFolder } from './stores.ts';

const root = process.getuid?.() === 0;
const ownerOf = async (path: string) => (await stat(path)).uid;

/** A folder of the host with a file in it, both root's, and a store whose logs/ links to them. */
async function storeWithLinks(): Promise<{ spec: RuntimeSpec; secrets: string }> {
  const secrets = tempFolder('lapak-host-');
  await writeFile(join(secrets, 'shadow'), 'root only', { mode: 0o600 });
  const spec = await makeSpec('none');
  await mkdir(join(spec.folder, 'logs', 'runtime'));
  await symlink(secrets, join(spec.folder, 'logs', 'folder'));
  await symlink(join(secrets, 'shadow'), join(spec.folder, 'logs', 'file'));
  return { spec, secrets };
}

test.skipIf(!root)('a control plane that is root gives away bot.env and logs/, and nothing within', async () => {
  const { spec, secrets } = await storeWithLinks();
  expect(await prepareFolder(spec)).toEqual({ uid: 1000, gid: 1000 });
  const given = ['bot.env', 'logs'].map((path) => ownerOf(join(spec.folder, path)));
  expect(await Promise.all(given)).toEqual([1000, 1000]);
  // A store can swap any of these for a link between a look and a chown; so nobody looks.
  const kept = [join(spec.folder, 'logs', 'runtime'), secrets, join(secrets, 'shadow')].map(ownerOf);
  expect(await Promise.all(kept)).toEqual([0, 0, 0]);
  expect(await readFile(join(secrets, 'shadow'), 'utf8')).toBe('root only');
});

test.skipIf(!root)(
  'logs/ goes to the owner of bot.env, and what another user left there stays that user’s',
  async () => {
    const { spec } = await storeWithLinks();
    const left = join(spec.folder, 'logs', 'left');
    await writeFile(left, '');
    await chown(left, 1234, 1234);
    await chown(join(spec.folder, 'bot.env'), 1001, 1001);
    expect(await prepareFolder(spec)).toEqual({ uid: 1001, gid: 1001 });
    expect([await ownerOf(join(spec.folder, 'logs')), await ownerOf(left)]).toEqual([1001, 1234]);
  },
);
