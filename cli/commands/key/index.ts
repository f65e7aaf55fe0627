import { type Command, Option } from 'commander';
import { KEY_SCOPES, type KeyScope, ROUTES, SCOPE_MEANING } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { wholeNumber } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { relative, stamp } from '../../output/time.ts';

const SCOPES = `
Scopes, each with all that is said of those above it:
${KEY_SCOPES.map((scope) => `  ${scope.padEnd(8)}  ${SCOPE_MEANING[scope]}`).join('\n')}`;

const LAST = `
The last admin key that is in force is revoked with --force only. The next start of lapak server makes another, for its own
machine (LAPAK_HOME/cli.json).`;

export function keyCommands(program: Command): void {
  const key = program.command('key').description('API keys of the control plane');
  key
    .command('create')
    .argument('<name>', 'what it is for')
    .description('make a key; it is shown this once')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(KEY_SCOPES).default('operator'))
    .option('--expires-in-days <days>', 'how many days it is in force (else until it is revoked)', wholeNumber(1, 3650))
    .addHelpText('after', SCOPES)
    .action(run(create));
  key.command('list').alias('ls').description('keys, without the keys themselves').action(run(list));
  key
    .command('revoke')
    .argument('<id>', 'id of the key, as lapak key list shows it')
    .description('end a key now')
    .option('--force', 'even if it is the last admin key', false)
    .addHelpText('after', LAST)
    .action(run(revoke));
}

async function create({ client: connect, output }: Context, name: string, options: CreateOptions) {
  const client = await connect();
  const made = await client.call(ROUTES.createApiKey, { body: { name, ...options } });
  output.result(made, () => made.key);
  if (!output.json) {
    const { id, scope, expiresAt } = made.apiKey;
    output.note(`Key ${id} is made, in force until ${expiresAt ? stamp(expiresAt) : 'it is revoked'}.`);
    output.note(`Scope ${scope}: ${powers(scope)}.`);
    output.note('It is not shown again; use it as LAPAK_API_KEY.');
  }
  return EXIT.done;
}

/** All that it may do: what is said of a scope leaves out what those before it may. */
function powers(scope: KeyScope): string {
  const upTo = KEY_SCOPES.slice(0, KEY_SCOPES.indexOf(scope) + 1);
  return upTo.map((each) => SCOPE_MEANING[each]).join('; ');
}

type CreateOptions = { scope: KeyScope; expiresInDays?: number };

async function list({ client: connect, output }: Context) {
  const client = await connect();
  const { apiKeys } = await client.call(ROUTES.listApiKeys);
  output.result({ apiKeys }, () =>
    table(
      ['ID', 'NAME', 'SCOPE', 'MADE', 'LAST USED', 'ENDS'],
      apiKeys.map((key) => [
        key.id,
        key.name,
        key.scope,
        relative(key.createdAt),
        relative(key.lastUsedAt),
        key.revokedAt ? `revoked ${relative(key.revokedAt)}` : relative(key.expiresAt),
      ]),
    ),
  );
  return EXIT.done;
}

async function revoke({ client: connect, output }: Context, id: string, { force }: { force: boolean }) {
  const client = await connect();
  const apiKey = await client.call(ROUTES.revokeApiKey, {
    params: { id },
    query: { force: String(force) as 'true' | 'false' },
  });
  output.result({ apiKey }, () => `Key ${apiKey.id} (${apiKey.name}) no longer opens anything.`);
  return EXIT.done;
}
