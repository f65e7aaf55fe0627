import { execa } from 'execa';

/** Compose as this machine has it: version 2, version 1, or none. In CI there must be one. */
export async function composeCommand(): Promise<readonly string[] | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const [file, ...args] = command;
    const { exitCode } = await execa(file!, [...args, 'version'], { reject: false });
    if (exitCode === 0) return command;
  }
  if (process.env.CI) throw new Error('tests with compose must run in CI, and neither version of it is here');
  process.stderr.write('tests with compose are skipped: neither "docker compose" nor "docker-compose" is here\n');
  return undefined;
}
