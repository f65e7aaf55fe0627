import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { BASE_IMAGE } from '../support/docker.ts';

const CONTEXT = join(import.meta.dirname, '..', 'control-plane', 'support');

/** On SIGUSR2 it takes memory until there is none. */
const HOARD = `
  const held = [];
  process.on('SIGUSR2', () => { for (;;) held.push(Buffer.alloc(16 * 1024 * 1024, 1)); });`;

/** Builds the runtime that does nothing as an image whose content no other name stands for. */
export async function buildDrillImage(name: string): Promise<void> {
  const lines = [
    `FROM ${BASE_IMAGE}`,
    `LABEL lapak.test=${name}`,
    'WORKDIR /app',
    'COPY fake-runtime.ts ./',
    'RUN mkdir logs && chown node:node logs',
    'USER node',
    `ENTRYPOINT ["node", "--import", "data:text/javascript,${encodeURIComponent(HOARD)}", "fake-runtime.ts"]`,
  ];
  const args = ['build', '--quiet', '--network', 'none', '-t', name, '-f', '-', CONTEXT];
  await execa('docker', args, { input: `${lines.join('\n')}\n`, env: { DOCKER_BUILDKIT: '0' } });
}

/** A way to the machine's engine that can be cut: others use that engine too, so it is not there to be restarted. */
export type EngineLine = { socketPath: string; cut(): Promise<void>; mend(): Promise<void>; close(): Promise<void> };

export async function layLine(): Promise<EngineLine> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-line-'));
  const socketPath = join(dir, 'docker.sock');
  const far = process.env.DOCKER_HOST?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock';
  const open = new Set<Socket>();
  let server: Server | undefined;

  function carry(near: Socket): void {
    const away = connect({ path: far, allowHalfOpen: true });
    for (const [one, other] of [
      [near, away],
      [away, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  async function mend(): Promise<void> {
    if (server) return;
    const next = createServer({ allowHalfOpen: true }, carry);
    await new Promise<void>((resolve) => next.listen(socketPath, resolve));
    server = next;
  }

  async function cut(): Promise<void> {
    const before = server;
    server = undefined;
    if (!before) return;
    const gone = new Promise((resolve) => before.close(resolve));
    for (const socket of open) socket.destroy();
    await gone;
  }

  await mend();
  return {
    socketPath,
    cut,
    mend,
    async close() {
      await cut();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
