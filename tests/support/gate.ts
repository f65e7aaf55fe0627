import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server of its own for one part of a test: when the test shuts it, that part is cut off at once. */
export type Gate = {
  /** The address of the server, by way of the gate. */
  url: string;
  /** From here on nothing passes any more, in either direction, as after a SIGKILL. */
  shut(): void;
  /** Connections stay open and new ones are taken, but nothing passes until `flow`: as over a network that went away. */
  stall(): void;
  flow(): void;
};

/** @param to address of a server of this machine, of any protocol over TCP */
export async function openGate(to: string): Promise<Gate> {
  const target = new URL(to);
  const open = new Map<Socket, Socket>();
  let isStalled = false;
  const server = createServer((inner) => {
    const outer = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.set(socket, other);
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      if (!isStalled) socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.toString().replace(/\/$/, ''),
    shut() {
      server.close();
      for (const socket of open.keys()) socket.destroy();
    },
    stall() {
      isStalled = true;
      for (const [socket, other] of open) socket.unpipe(other).pause();
    },
    flow() {
      isStalled = false;
      for (const [socket, other] of open) socket.pipe(other);
    },
  };
}
