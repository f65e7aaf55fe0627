import { createRequire } from 'node:module';
import { Command } from 'commander';

type Register = (program: Command) => void;

/** The first words of commands, in the order of the help. Only what the command line names is loaded: loading all takes time. */
const COMMANDS: Record<string, () => Promise<Register>> = {
  server: async () => (await import('./commands/server.ts')).serverCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  console: async () => (await import('./commands/console.ts')).consoleCommand,
  tenant: async () => (await import('./commands/tenant/index.ts')).tenantCommands,
  backup: async () => (await import('./commands/backup/index.ts')).backupCommands,
  shard: async () => (await import('./commands/shard.ts')).shardCommands,
  rollout: async () => (await import('./commands/rollout/index.ts')).rolloutCommands,
  operation: async () => (await import('./commands/operation/index.ts')).operationCommands,
  health: async () => (await import('./commands/health.ts')).healthCommand,
  incident: async () => (await import('./commands/incident/index.ts')).incidentCommands,
  key: async () => (await import('./commands/key/index.ts')).keyCommands,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
};

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 bad usage, 3 not found, 4 conflict, 5 control plane unreachable.
The control plane is found by LAPAK_API_URL and LAPAK_API_KEY, else by LAPAK_HOME/cli.json (LAPAK_HOME is .lapak), which
names the socket of the server on this machine. Over plain HTTP a key leaves this machine only with LAPAK_API_PLAIN_HTTP=true.`;

/**
 * @param args the words behind the program's name; all commands are there when they name none of them
 * @param write takes help and errors of usage in place of the terminal
 */
export async function buildProgram(args: readonly string[], write?: (text: string) => void): Promise<Command> {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  const program = new Command('lapak')
    .description('Rents out Telegram shop bots: opens stores, looks after them, closes them.')
    .version(version)
    .option('--json', 'print JSON for programs: a document a line, also of errors, notes and help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what this command takes)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  if (write) program.configureOutput({ writeOut: write, writeErr: write });
  for (const load of loadersOf(args)) (await load())(program);
  return program;
}

function loadersOf(args: readonly string[]): (() => Promise<Register>)[] {
  const word = args.find((arg) => !arg.startsWith('-'));
  const named = word !== undefined && Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  return named ? [named] : Object.values(COMMANDS);
}
