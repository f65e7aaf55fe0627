import { AppError, errorMessage } from '../kernel/errors.ts';
import { createLog } from '../kernel/log.ts';
import { parseEgressConfig } from './config.ts';
import { createEgress } from './egress.ts';

async function main(): Promise<void> {
  const log = createLog({ service: 'egress', level: 'info' });
  const egress = createEgress(parseEgressConfig(process.env), log);
  await egress.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void egress.stop().then(() => process.exit(0)));
  }
}

main().catch((error) => {
  process.stderr.write(`The egress proxy failed: ${errorMessage(error)}\n`);
  process.exit(error instanceof AppError ? 78 : 1);
});
