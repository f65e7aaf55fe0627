import type { Command } from 'commander';
import { cloneCommand } from './clone.ts';
import { configCommands } from './config.ts';
import { createCommand } from './create.ts';
import { lifecycleCommands } from './lifecycle.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { moveCommand } from './move.ts';
import { pauseCommands } from './pause.ts';
import { rehearseCommand } from './rehearse.ts';
import { removeCommand } from './remove.ts';
import { rentCommand } from './rent.ts';
import { showCommand } from './show.ts';
import { suspendCommands } from './suspend.ts';
import { upgradeCommand } from './upgrade.ts';

export function tenantCommands(program: Command): void {
  const tenant = program.command('tenant').description('stores: open, look after, close');
  createCommand(tenant);
  cloneCommand(tenant);
  listCommand(tenant);
  showCommand(tenant);
  configCommands(tenant);
  lifecycleCommands(tenant);
  upgradeCommand(tenant);
  moveCommand(tenant);
  pauseCommands(tenant);
  suspendCommands(tenant);
  rentCommand(tenant);
  logsCommand(tenant);
  rehearseCommand(tenant);
  removeCommand(tenant);
}
