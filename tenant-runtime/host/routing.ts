import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { addressOf, boundConnections, boundHttpConnections, type Connections } from '../../kernel/connections.ts';
import type { Log } from '../../kernel/log.ts';
import { CONNECTIONS, DEADLINES, portOf, type StorePorts } from '../http/listeners.ts';

/** What answers for one store, or for the host itself. */
export type Listeners = { telegram: RequestListener; pakasir: RequestListener };
type Side = keyof Listeners;
const SIDES = ['telegram', 'pakasir'] as const satisfies readonly Side[];

/** What one store shows to the world. `isShared` names addresses that many clients come through. */
export type StoreRoute = {
  open(answers: Listeners, isShared: (address: string) => boolean): Promise<void>;
  /** Lets nothing new in, and resolves when what is at work is answered. */
  close(): Promise<void>;
  /** Closes without an answer to anybody, as a crash does. */
  cut(): void;
};

export type Routing = {
  /** The route of a store, on ports of its own and below `/<store>/` of the host's. Closed at first. */
  route(store: string, ports: { telegram: number; pakasir: number }): StoreRoute;
  listen(ports: { telegram: number; pakasir: number }): Promise<StorePorts>;
  close(): Promise<void>;
};

/** Of all stores together; the one with the most gives way. A store has as many as it would have alone. */
const MOST_CONNECTIONS = 4096;
/** Requests of one store at one time, whichever way they came. */
const MOST_REQUESTS = 256;

type Opened = { answers: Listeners; atWork: number; onIdle?: () => void };

/** Leads requests to stores: by the port that they came to, or by the first segment of their path. */
export function createRouting(options: {
  /** Address to listen on. */
  host: string;
  /** Answers whatever is not below the name of a store. */
  own: Listeners;
  /** Whether there is such a store, be it open or not. */
  isStore(name: string): boolean;
  isShared(address: string): boolean;
  /** Runs what belongs to a store, so that a fault in it is known for the store's. */
  within(store: string, work: () => void): void;
  log: Log;
}): Routing {
  const { host, own, log } = options;
  const opened = new Map<string, Opened>();
  /** Of connections that came to the port of a store. */
  const ofStore = new WeakMap<Socket, { store: string; connections: Connections }>();

  function serve(store: string, side: Side, request: IncomingMessage, response: ServerResponse): void {
    const at = opened.get(store);
    if (!at || at.atWork >= MOST_REQUESTS) {
      turnAway(response);
      return;
    }
    at.atWork += 1;
    response.once('close', () => {
      at.atWork -= 1;
      if (at.atWork === 0) at.onIdle?.();
    });
    options.within(store, () => at.answers[side](request, response));
  }

  function dispatch(side: Side, request: IncomingMessage, response: ServerResponse): void {
    const only = ofStore.get(request.socket);
    const [, name = '', rest = ''] = /^\/([a-z][a-z0-9-]*)(\/.*)$/s.exec(request.url ?? '') ?? [];
    if (only) {
      response.once('close', only.connections.begin(request.socket));
      serve(only.store, side, request, response);
    } else if (options.isStore(name)) {
      request.url = rest;
      serve(name, side, request, response);
    } else {
      own[side](request, response);
    }
  }

  function createSide(side: Side): Server {
    const server = createServer(DEADLINES, (request, response) => dispatch(side, request, response));
    boundHttpConnections(server, {
      perAddress: CONNECTIONS.total,
      total: MOST_CONNECTIONS,
      shared: options.isShared,
      keyOf: (socket) => ofStore.get(socket)?.store ?? addressOf(socket),
    });
    return server;
  }
  const servers: Record<Side, Server> = { telegram: createSide('telegram'), pakasir: createSide('pakasir') };

  /** A port that belongs to one store. What comes to it is served by the host's server: one of its own would cost timers. */
  function createPort(store: string, side: Side, shared: (address: string) => boolean) {
    const server = createNetServer({ allowHalfOpen: true, noDelay: true });
    const connections = boundConnections(server, { ...CONNECTIONS, shared });
    const sockets = new Set<Socket>();
    // What one connection fails with, for want of files perhaps, ends no host.
    server.on('error', (err) => log.error({ store, err }, 'a port of a store has a fault'));
    server.on('connection', (socket: Socket) => {
      if (socket.destroyed) return;
      ofStore.set(socket, { store, connections });
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      servers[side].emit('connection', socket);
    });
    return { server, sockets };
  }

  return {
    route(store, ports) {
      let made: ReturnType<typeof createPort>[] = [];
      let at: Opened | undefined;
      let isOver = false;

      function shut(): void {
        isOver = true;
        if (at && opened.get(store) === at) opened.delete(store);
        for (const { server } of made) server.close();
      }
      function cut(): void {
        shut();
        for (const { sockets } of made) for (const socket of sockets) socket.destroy();
        made = [];
      }
      return {
        async open(answers, isShared) {
          if (isOver) throw new Error('the route of this start is closed');
          made = SIDES.map((side) => createPort(store, side, isShared));
          try {
            for (const [n, side] of SIDES.entries()) await listen(made[n]!.server, ports[side], host);
            if (isOver) throw new Error('the route of this start was closed meanwhile');
          } catch (error) {
            cut();
            throw error;
          }
          at = { answers, atWork: 0 };
          opened.set(store, at);
        },
        async close() {
          shut();
          const leaving = at;
          if (leaving && leaving.atWork > 0) {
            await new Promise<void>((resolve) => {
              leaving.onIdle = resolve;
            });
          }
          // What is left has nothing at work.
          cut();
        },
        cut,
      };
    },
    async listen(ports) {
      for (const side of SIDES) await listen(servers[side], ports[side], host);
      return { telegramPort: portOf(servers.telegram), pakasirPort: portOf(servers.pakasir) };
    },
    async close() {
      await Promise.all(
        SIDES.map(async (side) => {
          const closed = new Promise<void>((resolve) => servers[side].close(() => resolve()));
          servers[side].closeAllConnections();
          await closed;
        }),
      );
    },
  };
}

/** Later, said to whoever comes to a store that is not open, or has its hands full. */
function turnAway(response: ServerResponse): void {
  response.writeHead(503, { connection: 'close', 'retry-after': '5', 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: 'TRY_AGAIN' }));
}

function listen(server: Server | NetServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
