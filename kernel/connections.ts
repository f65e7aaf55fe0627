import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

export type ConnectionBounds = {
  /** Connections of one address. */
  perAddress: number;
  total: number;
  /** Addresses that many clients come through: only the total bounds them. */
  shared?: (address: string) => boolean;
  /** What connections count for, in place of their address. */
  keyOf?: (socket: Socket) => string;
};

export type Connections = {
  /** Marks that something is at work on a connection, until what it returns is called. */
  begin(socket: Socket): () => void;
};

/**
 * Bounds the connections of a server. A new one that is too many takes the place of the oldest of its address that has
 * nothing at work, so that silent connections keep nobody out; where all are at work, the new one is closed.
 */
export function boundConnections(server: Server, bounds: ConnectionBounds): Connections {
  /** By address; the one that was idle longest comes first. */
  const byAddress = new Map<string, Set<Socket>>();
  const atWork = new WeakMap<Socket, number>();
  const keyOf = bounds.keyOf ?? addressOf;
  let total = 0;

  function forget(socket: Socket, address: string): void {
    const own = byAddress.get(address);
    if (!own?.delete(socket)) return;
    total -= 1;
    if (own.size === 0) byAddress.delete(address);
  }

  /** @returns false when all of them are at work */
  function makeRoom(address: string): boolean {
    for (const socket of byAddress.get(address) ?? []) {
      if (atWork.get(socket)) continue;
      forget(socket, address);
      socket.destroy();
      return true;
    }
    return false;
  }

  const greediest = () => [...byAddress].reduce((a, b) => (b[1].size > a[1].size ? b : a))[0];

  server.on('connection', (socket: Socket) => {
    const address = keyOf(socket);
    const own = byAddress.get(address) ?? new Set();
    const isFull = !bounds.shared?.(address) && own.size >= bounds.perAddress;
    const fits = isFull ? makeRoom(address) : total < bounds.total || makeRoom(greediest());
    if (!fits) {
      socket.destroy();
      return;
    }
    // What made room may have been its last.
    byAddress.set(address, (byAddress.get(address) ?? new Set()).add(socket));
    total += 1;
    socket.once('close', () => forget(socket, address));
  });

  return {
    begin(socket) {
      atWork.set(socket, (atWork.get(socket) ?? 0) + 1);
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        atWork.set(socket, (atWork.get(socket) ?? 1) - 1);
        const own = byAddress.get(keyOf(socket));
        if (own?.delete(socket)) own.add(socket);
      };
    },
  };
}

/** The same for HTTP, where a request whose headers have come is at work until its answer is sent. */
export function boundHttpConnections(server: HttpServer, bounds: ConnectionBounds): void {
  const connections = boundConnections(server, bounds);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.once('close', connections.begin(request.socket));
  });
}

/** Where a connection comes from. An IPv4 address is written the same by every listener. */
export function addressOf(socket: Pick<Socket, 'remoteAddress'>): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
