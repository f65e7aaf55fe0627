import { flushCompileCache } from 'node:module';
import { parseControlPlaneConfig } from '../../../control-plane/platform/config.ts';
import { createControlPlane } from '../../../control-plane/server.ts';
import { killAt } from '../../../kernel/failpoint.ts';
import { createLog } from '../../../kernel/log.ts';

/** control-plane/main.ts with the fake runtime in place of the real one. The tests kill it. */
const config = parseControlPlaneConfig(process.env, process.cwd());
const plane = createControlPlane(config, {
  log: createLog({ service: 'control-plane', level: 'info' }),
  failpoint: killAt(config.failpoint),
  runtimeEntry: process.env.FAKE_RUNTIME as string,
});
process.on('SIGTERM', () => plane.stop().then(() => process.exit(0)));
await plane.start();
// Most of them are killed, and leave none behind.
flushCompileCache();
console.log('ready');
