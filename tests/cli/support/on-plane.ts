import { expect } from 'vitest';
import type { TestPlane } from '../../control-plane/support/plane.ts';
import { type Ran, runCli } from './cli.ts';

export type Cli = {
  /** The real CLI against the control plane, with its admin key unless `env` says otherwise. */
  (args: string, env?: Record<string, string>): Promise<Ran>;
  /** The document that it prints with `--json`, once it has ended with `code`. */
  json<T>(args: string, code?: number): Promise<T>;
};

/** Where the CLI of a test finds its control plane. `args` is split at blanks. */
export function cliOn(plane: () => TestPlane): Cli {
  const lapak = (args: string, env: Record<string, string> = {}) =>
    runCli(args.split(' '), {
      env: { LAPAK_API_URL: plane().url, LAPAK_API_KEY: plane().api.key ?? '', NO_COLOR: '1', ...env },
    });
  return Object.assign(lapak, {
    async json<T>(args: string, code = 0): Promise<T> {
      const ran = await lapak(`${args} --json`);
      expect([ran.code, ran.stdout]).toEqual([code, expect.stringMatching(/^\{/)]);
      return JSON.parse(ran.stdout);
    },
  });
}
