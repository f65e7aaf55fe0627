import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { createMutex } from '../../../../kernel/mutex.ts';
import { ask, askUnless } from './engine.ts';

const LOOKS = 50;
const LOOK_EVERY_MS = 100;

/** The bridge network of this name. `ensure` resolves to its id, and makes the network when it is missing. */
export function createNetwork(docker: Docker, name: string): { ensure(): Promise<string> } {
  const serial = createMutex<string>();
  return { ensure: () => serial.run(name, () => ensure(docker, name)) };
}

/**
 * The engine allows two networks of one name, but never two bridges: whoever makes the bridge makes the network, and the
 * others wait until the engine lists it. Where there are two all the same, the older one counts.
 */
async function ensure(docker: Docker, name: string): Promise<string> {
  const bridge = `lapak-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  const make = () =>
    docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { 'lapak.network': name },
      Options: { 'com.docker.network.bridge.name': bridge },
    });
  for (let look = 0; look < LOOKS; look += 1) {
    // 403: the bridge is somebody's, 409: the name is.
    const id = (await oldest(docker, name)) ?? (await askUnless([403, 409], make))?.id;
    if (id) return id;
    await sleep(LOOK_EVERY_MS);
  }
  return (await ask(make)).id;
}

async function oldest(docker: Docker, name: string): Promise<string | undefined> {
  const networks = await ask(() => docker.listNetworks({ filters: { name: [name] } }));
  return networks
    .filter((network) => network.Name === name)
    .sort((a, b) => a.Created!.localeCompare(b.Created!) || a.Id!.localeCompare(b.Id!))[0]?.Id;
}
