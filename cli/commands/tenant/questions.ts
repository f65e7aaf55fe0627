import { InvalidArgumentError } from 'commander';
import { CreateTenantRequest, StoreSlug } from '../../../control-plane/api/contract/index.ts';
import type { Context } from '../../context.ts';
import { type Refusal, usageError } from '../../exit.ts';
import { askSecret, askText } from '../../input/ask.ts';
import { telegramIds } from '../../input/parse.ts';

/** What was given of a new store, before what is missing was asked for. */
export type Given = {
  store: string | undefined;
  storeName: string | undefined;
  adminIds: number[] | undefined;
  ownerIds: number[] | undefined;
  telegramBotToken: string | undefined;
  pakasirSlug: string | undefined;
  pakasirApiKey: string | undefined;
  pakasirWebhookSecret: string | undefined;
};

const NEEDED = ['store', 'telegramBotToken', 'adminIds', 'pakasirSlug', 'pakasirApiKey'] as const;
type Needed = (typeof NEEDED)[number];
type Complete = Given & { [K in Needed]: NonNullable<Given[K]> };

const HOW_TO_GIVE: Record<Needed, Refusal> = {
  store: { field: '<store>', expected: 'the name of the store, such as warung-budi' },
  telegramBotToken: {
    field: '--bot-token-file',
    expected: 'a file with the token from @BotFather, or LAPAK_BOT_TOKEN',
  },
  adminIds: { field: '--admin-ids', expected: 'Telegram ids of the sellers, separated by commas' },
  pakasirSlug: { field: '--pakasir-slug', expected: 'the slug of the Pakasir project' },
  pakasirApiKey: {
    field: '--pakasir-api-key-file',
    expected: "a file with the project's API key, or LAPAK_PAKASIR_API_KEY",
  },
};

/**
 * Asks for what is missing when somebody is there to answer.
 * @throws CliError (usage) that lists what is missing when nobody is
 */
export async function completeRequest(context: Context, given: Given): Promise<Complete> {
  const missing = NEEDED.filter((name) => given[name] === undefined);
  if (missing.length === 0) return given as Complete;
  if (!context.interactive) {
    throw usageError(
      'Not everything that a store needs was given, and nobody can be asked here:',
      missing.map((name) => HOW_TO_GIVE[name]),
    );
  }
  const store = given.store ?? (await askText({ message: 'Name of the store (address)', check: isSlug }));
  return {
    store,
    storeName:
      given.storeName ?? (await askText({ message: 'Name that customers see', default: title(store), check: any })),
    telegramBotToken:
      given.telegramBotToken ?? (await askSecret({ message: 'Bot token from @BotFather', check: isToken })),
    adminIds: given.adminIds ?? telegramIds(await askText({ message: 'Telegram ids of the sellers', check: areIds })),
    ownerIds: given.ownerIds,
    pakasirSlug: given.pakasirSlug ?? (await askText({ message: 'Slug of the Pakasir project', check: some })),
    pakasirApiKey: given.pakasirApiKey ?? (await askSecret({ message: 'Its API key', check: some })),
    pakasirWebhookSecret:
      given.pakasirWebhookSecret ??
      ((await askSecret({ message: 'Its webhook secret (Enter for none)', check: any })) || undefined),
  };
}

const any = (): true => true;
const some = (answer: string) => answer !== '' || 'This is needed.';

function isSlug(answer: string): true | string {
  return StoreSlug.safeParse(answer).success || 'A small letter, then 1 to 30 small letters, digits or -.';
}

function isToken(answer: string): true | string {
  const known = CreateTenantRequest.shape.telegramBotToken.safeParse(answer).success;
  return known || 'That is not a bot token. It looks like 123456789:AAF…';
}

function areIds(answer: string): true | string {
  try {
    telegramIds(answer);
    return true;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}

/** `warung-budi` → `Warung Budi` */
function title(store: string): string {
  return store.replace(
    /(^|-)([a-z0-9])/g,
    (_, dash: string, letter: string) => (dash ? ' ' : '') + letter.toUpperCase(),
  );
}
