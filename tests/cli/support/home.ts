import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that the system user of Postgres can enter too, so that the whole cluster lives in it. */
export async function reachableTempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-home-'));
  await chmod(dir, 0o755);
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
