import { createServer } from 'node:http';
import { serve } from '../worker.ts';

/** The `/readyz` of many stores, as cheap as it can be: they are not what is measured. One of them may hang. */
const silent = new Set<number>();

async function open(port: number): Promise<void> {
  const door = createServer((_request, response) => {
    if (silent.has(port)) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"ready":true,"checks":{}}');
  });
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.listen(port, '127.0.0.1', resolve);
  });
}

serve({
  open: async ({ ports }: { ports: number[] }) => {
    for (const port of ports) await open(port);
  },
  hang: ({ port, on }: { port: number; on: boolean }) => void (on ? silent.add(port) : silent.delete(port)),
});
