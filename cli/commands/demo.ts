import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Context, run } from '../context.ts';
import { wholeNumber } from '../input/parse.ts';

type CommandOptions = { home: string; port: number; sandboxPort: number; portRange: string };

export function demoCommand(program: Command): void {
  const port = wholeNumber(1024, 65_535);
  program
    .command('demo')
    .description('a store with everything around it, on this machine and nowhere else, until Ctrl-C')
    .option('--home <folder>', 'where it keeps everything', '.lapak-demo')
    .option('--port <port>', "port of the control plane's API", port, 7700)
    .option('--sandbox-port <port>', 'port of the sandbox, which plays Telegram and Pakasir', port, 7780)
    .option('--port-range <range>', 'ports for the store', '7800-7899')
    .action(
      run(async (context: Context, options: CommandOptions) => {
        // Loaded on demand: the libraries behind it would make every other command start slowly.
        const { runDemo } = await import('../demo/run.ts');
        return runDemo(context, { ...options, home: resolve(options.home) });
      }),
    );
}
