import type { Command } from 'commander';
import { controlPlaneCommand } from './control-plane.ts';
import { backupOperations } from './create.ts';
import { drillCommands } from './drill.ts';
import { listCommand } from './list.ts';
import { restoreCommand } from './restore.ts';

export function backupCommands(program: Command): void {
  const backup = program.command('backup').description("stores' backups: make, list, verify, prune, restore, drill");
  backupOperations(backup);
  listCommand(backup);
  restoreCommand(backup);
  drillCommands(backup);
  controlPlaneCommand(backup);
}
