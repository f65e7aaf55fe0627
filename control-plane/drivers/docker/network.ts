import type Docker from 'dockerode';
import { createSerial } from '../../../kernel/serial.ts';
import { ask, askUnless } from './engine.ts';

/** The bridge network of this name. `ensure` resolves to its id, and makes the network when it is missing. */
export function createNetwork(docker: Docker, name: string): { ensure(): Promise<string> } {
  const serial = createSerial<string>();
  return { ensure: () => serial.run(name, () => ensure(docker, name)) };
}

/**
 * The engine allows two networks of one name when they are made at the same moment; the older one counts then, and the
 * maker of the younger removes it again.
 */
async function ensure(docker: Docker, name: string): Promise<string> {
  const known = await oldest(docker, name);
  if (known) return known;
  // 409: somebody was faster.
  const made = await askUnless([409], () =>
    docker.createNetwork({ Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: { 'lapak.network': name } }),
  );
  const winner = await oldest(docker, name);
  if (made && winner && winner !== made.id) await askUnless([404], () => made.remove());
  return winner ?? ensure(docker, name);
}

async function oldest(docker: Docker, name: string): Promise<string | undefined> {
  const networks = await ask(() => docker.listNetworks({ filters: { name: [name] } }));
  return networks
    .filter((network) => network.Name === name)
    .sort((a, b) => a.Created!.localeCompare(b.Created!) || a.Id!.localeCompare(b.Id!))[0]?.Id;
}
