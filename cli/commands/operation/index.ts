import type { Command } from 'commander';
import { listCommand } from './list.ts';
import { retryAndCancelCommands } from './retry-cancel.ts';
import { showCommand } from './show.ts';
import { watchCommand } from './watch.ts';

export function operationCommands(program: Command): void {
  const operation = program
    .command('operation')
    .alias('op')
    .description('work that changes stores: look at it, retry, cancel');
  listCommand(operation);
  showCommand(operation);
  watchCommand(operation);
  retryAndCancelCommands(operation);
}
