import type { Command } from 'commander';
import { backupOperations } from './create.ts';
import { listCommand } from './list.ts';

export function backupCommands(program: Command): void {
  const backup = program.command('backup').description("stores' backups: make, list, verify, prune");
  backupOperations(backup);
  listCommand(backup);
}
