import { createRequire } from 'node:module';
import { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { backupCommands } from './commands/backup/index.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { healthCommand } from './commands/health.ts';
import { incidentCommands } from './commands/incident/index.ts';
import { keyCommands } from './commands/key/index.ts';
import { operationCommands } from './commands/operation/index.ts';
import { serverCommand } from './commands/server.ts';
import { tenantCommands } from './commands/tenant/index.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 bad usage, 3 not found, 4 conflict, 5 control plane unreachable.
The control plane is found by LAPAK_API_URL and LAPAK_API_KEY, else by LAPAK_HOME/cli.json (LAPAK_HOME is .lapak).`;

export function buildProgram(): Command {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  const program = new Command('lapak')
    .description('Rents out Telegram shop bots: opens stores, looks after them, closes them.')
    .version(version)
    .option('--json', 'print the result as JSON on stdout, for programs')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what this command takes)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  serverCommand(program);
  demoCommand(program);
  tenantCommands(program);
  backupCommands(program);
  operationCommands(program);
  healthCommand(program);
  incidentCommands(program);
  keyCommands(program);
  auditCommand(program);
  doctorCommand(program);
  return program;
}
