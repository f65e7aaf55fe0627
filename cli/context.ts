import type { Command } from 'commander';
import type { Environment } from '../kernel/config.ts';
import { type Client, createClient } from './api/client.ts';
import { readCredentials } from './api/credentials.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { createOutput, type Output } from './output/output.ts';

/** What a command works with. */
export type Context = {
  env: Environment;
  output: Output;
  /** Somebody can be asked: stdin and stderr are a terminal, and no program reads the result. */
  interactive: boolean;
  /** The control plane, reached when a command needs it. */
  client(): Promise<Client>;
};

export function createContext(options: { json?: boolean }): Context {
  const output = createOutput(options.json === true);
  return {
    env: process.env,
    output,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true && !output.json,
    client: async () => createClient(await readCredentials(process.env), output.note),
  };
}

/** Commander's action for a command that works with a context; it gets the command's arguments, then its options. */
export function run<A extends unknown[]>(work: (context: Context, ...args: A) => Promise<ExitCode | undefined>) {
  return async function action(this: Command, ...args: unknown[]): Promise<void> {
    const context = createContext(this.optsWithGlobals());
    process.exitCode = (await work(context, ...(args as A))) ?? EXIT.done;
  };
}
