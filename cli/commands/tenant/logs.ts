import type { Command } from 'commander';
import { unreachable } from '../../api/client.ts';
import { ConnectionFault } from '../../api/http.ts';
import { followLines, lastLines } from '../../api/log-lines.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { storeSlug, wholeNumber } from '../../input/parse.ts';
import { printable } from '../../output/text.ts';

type LogOptions = { follow: boolean; tail: number };

export function logsCommand(tenant: Command): void {
  tenant
    .command('logs')
    .argument('<store>', 'name of the store', storeSlug)
    .description('what a store says')
    .option('-f, --follow', 'stay, and print new lines until Ctrl-C', false)
    .option('-n, --tail <lines>', 'begin with this many of the last lines', wholeNumber(0, 10_000), 100)
    .action(run(logs));
}

/** Lines as they are, or with `--json` one `{"line": …}` document each. */
async function logs({ client: connect, output }: Context, store: string, { follow, tail }: LogOptions) {
  const client = await connect();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const request = { store, tail, signal: stop.signal };
  try {
    for await (const line of follow ? followLines(client, request, output.note) : lastLines(client, request)) {
      output.raw(`${output.json ? JSON.stringify({ line }) : show(line)}\n`);
    }
  } catch (error) {
    // Ctrl-C is how one leaves a log that is followed.
    if (stop.signal.aborted) return follow ? EXIT.done : EXIT.interrupted;
    if (error instanceof ConnectionFault) throw unreachable(client.apiUrl, error);
    throw error;
  }
  return EXIT.done;
}

/** A store's log may quote what customers typed: on a terminal it must not move the cursor. */
function show(line: string): string {
  return process.stdout.isTTY ? printable(line) : line;
}
