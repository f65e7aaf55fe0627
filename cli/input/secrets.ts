import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { Environment } from '../../kernel/config.ts';
import { usageError } from '../exit.ts';

/** One secret's ways in: the option that names its file, and the environment variable that may hold it. */
export type SecretSource = { option: string; file: string | undefined; variable?: string };

/**
 * Reads secrets from their files (`-` is stdin), else the environment. They never come from the command line itself.
 * @throws CliError (usage) when a file cannot be read; it says which option, and never echoes its value
 */
export function createSecretReader(env: Environment) {
  let stdinOf: string | undefined;

  async function fromFile(option: string, path: string): Promise<string> {
    if (path === '-') {
      if (stdinOf) throw usageError(`${stdinOf} and ${option} cannot both be read from stdin.`);
      stdinOf = option;
    }
    // Whoever gives the secret where its file belongs must not find it in an error message, so the path is not told.
    const content = await (path === '-' ? readAll(process.stdin) : readFile(path, 'utf8')).catch((error) => {
      throw usageError(
        `${option}: the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'}).`,
        [
          {
            field: option,
            expected: 'the path of a file that holds the secret, or - for stdin; never the secret itself',
          },
        ],
      );
    });
    const secret = content.trim();
    if (secret === '') throw usageError(`${option}: ${path === '-' ? 'stdin' : 'the file'} is empty.`);
    return secret;
  }

  return async ({ option, file, variable }: SecretSource): Promise<string | undefined> => {
    if (file !== undefined) return fromFile(option, file);
    return (variable && env[variable]?.trim()) || undefined;
  };
}

export type SecretReader = ReturnType<typeof createSecretReader>;
