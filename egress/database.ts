import { connect, createServer, type Server, type Socket } from 'node:net';
import { createAddressLimits } from '../kernel/address-limits.ts';
import { addressOf, boundConnections } from '../kernel/connections.ts';
import type { Log } from '../kernel/log.ts';
import type { Address } from './config.ts';
import { fatal, readFirstMessage } from './startup.ts';

/** A store's role may hold 40; a few more are on their way in or out. */
const PER_STORE = 64;
/** Sessions that one store begins: each costs the cluster a process, and a wrong password a line of its log. */
const SESSIONS = { atWork: Number.POSITIVE_INFINITY, burst: 200, perSecond: 10 };
const FIRST_MESSAGE_MS = 5_000;
const CONNECT_MS = 10_000;
/** Roles and databases of stores: no other one is entered from their network. */
const ROLE = /^lapak_[a-z][a-z0-9_-]*$/;
const DATABASE = /^db_[a-z][a-z0-9_-]*$/;

/**
 * The stores' way to the cluster. A connection reaches it once the client has said who it is: what is silent, or asks for
 * another role than a store's, costs the cluster nothing. One store holds so many connections, all of them together so many
 * that the rest is left to the control plane.
 */
export function createDatabaseRelay(options: {
  target: Address;
  tls: boolean;
  connections: number;
  log: Log;
  firstMessageMs?: number;
}): Server {
  const { target, tls, log, firstMessageMs = FIRST_MESSAGE_MS } = options;
  const server = createServer({ noDelay: true });
  const sessions = createAddressLimits(SESSIONS);
  const bounds = boundConnections(server, { perAddress: PER_STORE, total: options.connections });

  function refuse(client: Socket, code: string, message: string): void {
    log.warn({ from: client.remoteAddress, code }, 'a connection to the database was refused');
    client.end(fatal(code, message));
    client.setTimeout(1_000, () => client.destroy());
  }

  function relay(client: Socket, first: Buffer): void {
    const end = bounds.begin(client);
    client.setTimeout(0);
    const upstream = connect({ ...target, noDelay: true, timeout: CONNECT_MS });
    upstream.once('connect', () => upstream.setTimeout(0));
    upstream.once('timeout', () => upstream.destroy());
    upstream.once('error', (err) => log.warn({ err }, 'the cluster cannot be reached'));
    upstream.once('close', () => client.destroy());
    client.once('close', () => {
      end();
      upstream.destroy();
    });
    upstream.write(first);
    client.pipe(upstream).pipe(client);
    client.resume();
  }

  function read(client: Socket): void {
    let bytes: Buffer = Buffer.alloc(0);
    client.setTimeout(firstMessageMs, () => client.destroy());
    const take = (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const message = readFirstMessage(bytes);
      if (message.kind === 'incomplete') return;
      if (message.kind === 'encryption' && !tls) {
        bytes = bytes.subarray(8);
        client.write('N');
        return;
      }
      client.off('data', take);
      client.pause();
      if (message.kind === 'invalid') refuse(client, '08P01', 'This is no message of a PostgreSQL client.');
      else if (message.kind === 'startup' && !(ROLE.test(message.user) && DATABASE.test(message.database))) {
        refuse(client, '28000', "Only a store's role and database are entered from here.");
      } else if (!sessions.enter(addressOf(client))) {
        refuse(client, '53300', 'This store begins too many sessions; it may go on in a few seconds.');
      } else relay(client, bytes);
    };
    client.on('data', take);
  }

  server.on('connection', (client) => {
    client.on('error', () => client.destroy());
    if (!client.destroyed) read(client);
  });
  return server;
}
