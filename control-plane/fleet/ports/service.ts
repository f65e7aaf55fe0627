import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import {
  deletePort,
  deletePorts,
  insertPort,
  type PortOwner,
  type PortPurpose,
  selectPorts,
  selectTaken,
} from './sql.ts';

export type PortPair = Record<PortPurpose, number>;

export type Ports = {
  /** The two ports of an owner; those that it lacks are allocated. @throws AppError PORTS_EXHAUSTED */
  ensure(ownerId: string): Promise<PortPair>;
  /** Those of the owner's ports that somebody listens on; while its runtime is down, another program. */
  findLost(ownerId: string): Promise<number[]>;
  /** Gives up those ports. @returns what was given up */
  dropLost(ownerId: string): Promise<number[]>;
  release(ownerId: string): Promise<void>;
};

const PURPOSES = ['telegram', 'pakasir'] as const;

/** The ports of stores, or of shards; all are of one range, and none is given twice. */
export function createPorts({
  db,
  range,
  owner = 'tenant',
}: {
  db: Db;
  range: { from: number; to: number };
  owner?: PortOwner;
}): Ports {
  /** Tries the range from a random place, so that two at once seldom ask for the same one. */
  async function allocate(ownerId: string, purpose: PortPurpose, avoid: ReadonlySet<number>): Promise<number> {
    const taken = await selectTaken(db);
    const size = range.to - range.from + 1;
    const start = randomInt(size);
    for (let offset = 0; offset < size; offset++) {
      const port = range.from + ((start + offset) % size);
      if (taken.has(port) || avoid.has(port) || !(await isPortFree(port))) continue;
      if (await insertPort(db, owner, ownerId, purpose, port)) return port;
      const mine = (await selectPorts(db, owner, ownerId)).find((row) => row.purpose === purpose);
      if (mine) return mine.port;
    }
    throw new AppError(
      'PORTS_EXHAUSTED',
      `Every port from ${range.from} to ${range.to} is taken. Widen LAPAK_PORT_RANGE.`,
    );
  }

  async function findLost(ownerId: string): Promise<number[]> {
    const lost: number[] = [];
    for (const { port } of await selectPorts(db, owner, ownerId)) if (!(await isPortFree(port))) lost.push(port);
    return lost;
  }

  return {
    async ensure(ownerId) {
      const known = new Map((await selectPorts(db, owner, ownerId)).map(({ purpose, port }) => [purpose, port]));
      for (const purpose of PURPOSES) {
        if (!known.has(purpose)) known.set(purpose, await allocate(ownerId, purpose, new Set(known.values())));
      }
      return { telegram: known.get('telegram') as number, pakasir: known.get('pakasir') as number };
    },
    findLost,
    async dropLost(ownerId) {
      const lost = await findLost(ownerId);
      await db.tx(async (tx) => {
        for (const port of lost) await deletePort(tx, owner, ownerId, port);
      });
      return lost;
    },
    release: (ownerId) => deletePorts(db, owner, ownerId),
  };
}

/** True when nobody listens on this port of the loopback address at this moment. */
function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
