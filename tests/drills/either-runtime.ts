import { readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';

/** The real runtime, or for a store whose name begins with `late` the fake one, which crashes a moment after it is ready. */
const { values } = parseArgs({ options: { 'env-file': { type: 'string' } } });
const { BOT_STORE_NAME = '' } = parseEnv(readFileSync(values['env-file'] as string, 'utf8'));
if (BOT_STORE_NAME.startsWith('late')) await import('../control-plane/support/fake-runtime.ts');
else await import('../../tenant-runtime/main.ts');
