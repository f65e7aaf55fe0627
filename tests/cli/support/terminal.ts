import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { childEnvironment } from '../../support/child-environment.ts';
import { ROOT } from './cli.ts';

/** util-linux's `script` gives a process a terminal of its own. macOS has another one, so these tests run on Linux. */
export const hasTerminals =
  process.platform === 'linux' && spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

export type InTerminal = {
  /** Resolves once the screen has shown this, after whatever was waited for before. */
  saw(pattern: RegExp): Promise<void>;
  /** Waits until the screen shows the question, then types the answer and Enter (nothing after Ctrl-C). */
  answer(question: RegExp, typed: string): Promise<void>;
  done: Promise<{ code: number | null; screen: string }>;
};

/** The real CLI on a real terminal. */
export function startInTerminal(args: readonly string[], env: Record<string, string>, columns = 100): InTerminal {
  const program = [process.execPath, join(ROOT, 'cli', 'main.ts'), ...args].map((word) => `'${word}'`).join(' ');
  const command = `stty cols ${columns} rows 40; exec ${program}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { ...childEnvironment(), HOME: tmpdir(), TERM: 'xterm', ...env },
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let screen = '';
  let looked = 0;
  let look = () => {};
  child.stdout.setEncoding('utf8').on('data', (text) => {
    screen += stripVTControlCharacters(text);
    look();
  });
  const done = new Promise<{ code: number | null; screen: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, screen });
      look();
    });
  });
  const saw = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        const found = pattern.exec(screen.slice(looked));
        if (found) {
          looked += found.index + found[0].length;
          look = () => {};
          resolve();
        } else if (child.exitCode !== null) reject(new Error(`ended before it showed ${pattern}:\n${screen}`));
      };
      look();
    });
  return {
    done,
    saw,
    async answer(question, typed) {
      await saw(question);
      child.stdin.write(typed === '\x03' ? typed : `${typed}\r`);
    },
  };
}
