import type { Command } from 'commander';
import { ROUTES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { megabytes } from '../../output/text.ts';

export function controlPlaneCommand(backup: Command): void {
  backup
    .command('control-plane')
    .description('back up the control plane itself: stores, settings, sealed secrets, audit log (needs an admin key)')
    .addHelpText('after', '\nThe master key is not in it. Keep that elsewhere: without it the backup is of no use.')
    .action(run(backUp));
}

async function backUp({ client: connect, output }: Context) {
  const client = await connect();
  const backup = await client.call(ROUTES.backUpControlPlane, {});
  output.result({ backup }, () =>
    [
      `${output.style('green', '✓')} ${backup.path} (${megabytes(backup.size)})`,
      `Not in it, and needed to use it: the master key ${backup.keyIds.join(', ')} (${backup.keyPlace}).`,
      'Copy the archive with the .meta.json beside it to another machine, and the key to a third place.',
      'Rebuild from them: lapak doctor --recover <archive>',
    ].join('\n'),
  );
  return EXIT.done;
}
