import { errorMessage } from '../kernel/errors.ts';
import { readSandboxConfig } from './config.ts';
import { createSandbox } from './sandbox.ts';

try {
  const { host, port } = readSandboxConfig(process.env);
  const sandbox = createSandbox();
  const { url } = await sandbox.listen(port, host);
  console.log(
    [
      `Lapak sandbox listens on ${url}`,
      `  Two phones        ${url}`,
      `  Telegram Bot API  TELEGRAM_API_ROOT=${url}`,
      `  Pakasir           PAKASIR_API_BASE=${url}/pakasir  PAKASIR_PUBLIC_DOMAIN=${url}/pakasir`,
      `  Control API       ${url}/control`,
    ].join('\n'),
  );
  const stop = () => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(errorMessage(error));
  process.exit(1);
}
