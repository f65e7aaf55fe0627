import type { Command } from 'commander';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { type Context, run } from '../context.ts';
import { EXIT } from '../exit.ts';
import { stamp } from '../output/time.ts';

const ABOUT = `
The link signs in as the key that this command uses: once, and within a minute. On a terminal with a desktop it is opened in
the browser. It leads to LAPAK_CONSOLE_URL of the server, else to where the server listens on its own machine.`;

export function consoleCommand(program: Command): void {
  program
    .command('console')
    .description('a link that signs a browser in to the console')
    .option('--no-open', 'print the link only')
    .addHelpText('after', ABOUT)
    .action(run(openConsole));
}

async function openConsole({ client: connect, output, interactive, env }: Context, { open }: { open: boolean }) {
  const client = await connect();
  const link = await client.call(ROUTES.createSignInLink);
  // As browsers write it: nothing in it acts on a terminal.
  output.result(link, () => new URL(link.url).href);
  if (output.json) return EXIT.done;
  output.note(`It signs in once, until ${stamp(link.expiresAt)}. Another one: lapak console`);
  if (!open || !interactive) return EXIT.done;
  // Loaded on demand: most commands start no other program.
  const { openInBrowser } = await import('../browser.ts');
  try {
    if (await openInBrowser(link.url, env)) output.note('It is being opened in your browser.');
  } catch (error) {
    output.note(`No browser could be opened (${errorMessage(error)}): open the link yourself.`);
  }
  return EXIT.done;
}
