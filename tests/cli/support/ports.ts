import { createServer, type Server } from 'node:net';

/** Three ports that nobody holds now; the third has room for a range above it. Held all at once, so that they differ. */
export async function threeFreePorts(): Promise<[number, number, number]> {
  const servers = [await hold(), await hold(), await hold()] as const;
  const [a, b, c] = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [a ?? 0, b ?? 0, Math.min(c ?? 0, 65_000)];
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
