import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { IntakeMode, TENANT_RUNTIMES } from '../../../control-plane/api/contract/index.ts';
import { type Refusal, usageError } from '../../exit.ts';
import { cpus, memory, setting, settingFile, telegramIds } from '../../input/parse.ts';
import type { SecretReader } from '../../input/secrets.ts';

/** What of a store can be set on the command line, when it is opened and later. */
export type SettingOptions = {
  storeName?: string;
  adminIds?: number[];
  ownerIds?: number[];
  botTokenFile?: string;
  pakasirSlug?: string;
  pakasirApiKeyFile?: string;
  pakasirWebhookSecretFile?: string;
  mode?: z.infer<typeof IntakeMode>;
  memory?: number;
  cpus?: number;
  set?: Record<string, string>;
  setFile?: Record<string, string>;
};

export function settingOptions(command: Command): Command {
  return command
    .option('--store-name <name>', 'name that customers see')
    .option('--admin-ids <ids>', 'Telegram ids of the sellers, separated by commas', telegramIds)
    .option('--owner-ids <ids>', 'Telegram ids of the owners, separated by commas', telegramIds)
    .option('--bot-token-file <file>', 'file with the bot token (- is stdin)')
    .option('--pakasir-slug <slug>', 'slug of the Pakasir project')
    .option('--pakasir-api-key-file <file>', 'file with its API key (- is stdin)')
    .option('--pakasir-webhook-secret-file <file>', 'file with its webhook secret (- is stdin)')
    .addOption(new Option('--mode <mode>', 'how updates arrive').choices(IntakeMode.options))
    .addOption(memoryOption())
    .addOption(cpusOption())
    .option('--set <KEY=VALUE>', 'a setting of bot.env (may be repeated)', setting)
    .option('--set-file <KEY=PATH>', 'the same from a file, for secrets (may be repeated; - is stdin)', settingFile);
}

export const runtimeOption = () =>
  new Option('--runtime <runtime>', 'a process of its own, or one shared with other stores').choices(TENANT_RUNTIMES);
export const memoryOption = () => new Option('--memory <size>', 'memory limit, such as 256m or 1g').argParser(memory);
export const cpusOption = () => new Option('--cpus <cores>', 'CPU limit, such as 0.5').argParser(cpus);

export function limitsOf({ memory: memoryMb, cpus: cores }: Pick<SettingOptions, 'memory' | 'cpus'>) {
  if (memoryMb === undefined && cores === undefined) return undefined;
  return { ...(memoryMb === undefined ? {} : { memoryMb }), ...(cores === undefined ? {} : { cpus: cores }) };
}

/** Settings, with null for those that go back to their default; undefined when there are none. */
export function environmentWith(
  set: Readonly<Record<string, string>> = {},
  unset: readonly string[] = [],
): Record<string, string | null> | undefined {
  const env = { ...set, ...Object.fromEntries(unset.map((key) => [key, null])) };
  return Object.keys(env).length > 0 ? env : undefined;
}

/** The settings of `--set` and `--set-file` together. */
export async function environmentOf(options: SettingOptions, readSecret: SecretReader) {
  const env: Record<string, string> = { ...options.set };
  for (const [key, file] of Object.entries(options.setFile ?? {})) {
    const value = await readSecret({ option: `--set-file ${key}`, file });
    if (value !== undefined) env[key] = value;
  }
  return Object.keys(env).length > 0 ? env : undefined;
}

/** Which option gives which field of a request. */
const OPTION_OF: Readonly<Record<string, string>> = {
  store: '<store>',
  gateway: '[gateway]',
  storeName: '--store-name',
  telegramBotToken: '--bot-token-file',
  adminIds: '--admin-ids',
  ownerIds: '--owner-ids',
  'pakasir.slug': '--pakasir-slug',
  'pakasir.apiKey': '--pakasir-api-key-file',
  'pakasir.webhookSecret': '--pakasir-webhook-secret-file',
  image: '--image',
};

/**
 * Checks a request against the contract before it is sent.
 * @throws CliError (usage) that names options and what they take, never their values
 */
export function checked<S extends z.ZodType>(schema: S, request: z.input<S>): z.infer<S> {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const refusals = parsed.error.issues.map((issue): Refusal => {
    const path = issue.path.join('.');
    return {
      field: OPTION_OF[path] ?? (issue.path[0] === 'env' ? `--set ${String(issue.path[1])}` : path),
      expected: issue.message,
    };
  });
  throw usageError('Some values cannot be used.', refusals);
}
