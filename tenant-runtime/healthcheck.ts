import { errorMessage } from '../kernel/errors.ts';

/**
 * Runs the health check of a store once, from inside its container or beside its process: exits 0 when the store serves,
 * else 1 with the reasons. `LISTEN_TELEGRAM_PORT` says where it listens.
 */
const port = process.env.LISTEN_TELEGRAM_PORT || '8080';
const TIMEOUT_MS = 8000;

try {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(await response.text());
  process.exit(response.ok ? 0 : 1);
} catch (error) {
  console.error(`The store does not answer on port ${port}: ${errorMessage(error)}`);
  process.exit(1);
}
