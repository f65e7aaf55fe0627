import { type Command, Option } from 'commander';
import { unreachable } from '../../api/client.ts';
import { ConnectionFault } from '../../api/http.ts';
import { followLines, lastLines } from '../../api/log-lines.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { pastTime, storeSlug, wholeNumber } from '../../input/parse.ts';
import { terminalJson } from '../../output/output.ts';
import { printable } from '../../output/text.ts';

type LogOptions = { follow: boolean; tail?: number; since?: string; level?: string };

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
/** Of a log that is not bounded by time; else all that may be asked for. */
const USUAL_TAIL = 100;
const MOST_TAIL = 10_000;

export function logsCommand(tenant: Command): void {
  tenant
    .command('logs')
    .argument('<store>', 'name of the store', storeSlug)
    .description('what a store says')
    .option('-f, --follow', 'stay, and print new lines until Ctrl-C', false)
    .option(
      '-n, --tail <lines>',
      'begin with this many of the last lines (100, or all since a time)',
      wholeNumber(0, MOST_TAIL),
    )
    .option('--since <time>', 'nothing older: 10m, 2h, 3d, or a time', pastTime)
    .addOption(new Option('--level <level>', 'nothing below this level; lines without one are shown').choices(LEVELS))
    .action(run(logs));
}

/** Lines as they are, or with `--json` one `{"line": …}` document each. */
async function logs({ client: connect, output }: Context, store: string, options: LogOptions) {
  const client = await connect();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { follow, since, level } = options;
  const tail = options.tail ?? (since === undefined ? USUAL_TAIL : MOST_TAIL);
  const request = { store, tail, since, level, signal: stop.signal };
  try {
    for await (const line of follow ? followLines(client, request, output.note) : lastLines(client, request)) {
      output.raw(`${output.json ? terminalJson({ line }) : show(line)}\n`);
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
