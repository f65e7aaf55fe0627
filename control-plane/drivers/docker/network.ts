import type Docker from 'dockerode';
import { createSerial } from '../../../kernel/serial.ts';
import { ask, askUnless } from './engine.ts';

const serial = createSerial<string>();

/**
 * Id of the bridge network of this name, made when it is missing. The engine allows two networks of one name when they
 * are made at the same moment; the older one counts then, and the maker of the younger removes it again.
 */
export function ensureNetwork(docker: Docker, name: string): Promise<string> {
  return serial.run(name, async () => {
    const known = await oldest(docker, name);
    if (known) return known;
    // 409: somebody was faster.
    const made = await askUnless([409], () =>
      docker.createNetwork({ Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: { 'lapak.network': name } }),
    );
    const winner = await oldest(docker, name);
    if (made && winner && winner !== made.id) await askUnless([404], () => made.remove());
    return winner ?? ensureNetwork(docker, name);
  });
}

async function oldest(docker: Docker, name: string): Promise<string | undefined> {
  const networks = await ask(() => docker.listNetworks({ filters: { name: [name] } }));
  return networks
    .filter((network) => network.Name === name)
    .sort((a, b) => a.Created!.localeCompare(b.Created!) || a.Id!.localeCompare(b.Id!))[0]?.Id;
}
