import pino from 'pino';
import { createDockerDriver } from '../../control-plane/fleet/drivers/docker/driver.ts';
import { createProcessDriver } from '../../control-plane/fleet/drivers/process/index.ts';
import { killAt } from '../../kernel/failpoint.ts';
import { createTestPool } from './pool.ts';

/** A control plane reduced to its driver: brings one store to its spec, says so, and waits to be killed. */
const { kind, options, spec, failpoint } = JSON.parse(process.argv[2]!);
const parts = { ...options, log: pino({ level: 'silent' }), failpoint: killAt(failpoint) };
const { log } = parts;
const driver =
  kind === 'pool'
    ? createTestPool(options, { log, failpoint: parts.failpoint, places: new Map([[spec.store, spec]]) })
    : kind === 'process'
      ? createProcessDriver(parts)
      : createDockerDriver(parts);
await driver.ensure(spec);
process.stdout.write('ready\n');
setInterval(() => {}, 60_000);
