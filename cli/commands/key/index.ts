import { type Command, Option } from 'commander';
import { KEY_SCOPES, type KeyScope, ROUTES } from '../../../control-plane/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT } from '../../exit.ts';
import { wholeNumber } from '../../input/parse.ts';
import { table } from '../../output/table.ts';
import { relative } from '../../output/time.ts';

export function keyCommands(program: Command): void {
  const key = program.command('key').description('API keys of the control plane');
  key
    .command('create')
    .argument('<name>', 'what it is for')
    .description('make a key; it is shown this once')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(KEY_SCOPES).default('operator'))
    .option('--expires-in-days <days>', 'when it ends', wholeNumber(1, 3650))
    .action(run(create));
  key.command('list').alias('ls').description('keys, without the keys themselves').action(run(list));
  key.command('revoke').argument('<id>', 'id of the key').description('end a key now').action(run(revoke));
}

async function create({ client: connect, output }: Context, name: string, options: CreateOptions) {
  const client = await connect();
  const made = await client.call(ROUTES.createApiKey, { body: { name, ...options } });
  output.result(made, () => made.key);
  if (!output.json) {
    output.note(
      `Key ${made.apiKey.id} (${made.apiKey.scope}) is made. It is not shown again; use it as LAPAK_API_KEY.`,
    );
  }
  return EXIT.done;
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

async function revoke({ client: connect, output }: Context, id: string) {
  const client = await connect();
  const apiKey = await client.call(ROUTES.revokeApiKey, { params: { id } });
  output.result({ apiKey }, () => `Key ${apiKey.id} (${apiKey.name}) no longer opens anything.`);
  return EXIT.done;
}
