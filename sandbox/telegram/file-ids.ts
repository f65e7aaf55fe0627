import { badRequest } from './api-error.ts';

/** How the id of a file of each kind begins, as on Telegram. */
const PREFIXES = { photo: 'AgACAg', document: 'BQACAg', sticker: 'CAACAg', video: 'BAACAg' } as const;

/** A `file_id` says which bot it belongs to. */
export const makeFileId = (kind: keyof typeof PREFIXES, botId: number, uniqueId: string): string =>
  `${PREFIXES[kind]}${Buffer.from(`${botId}:${uniqueId}`).toString('base64url')}`;

/**
 * The refusal of a `file_id` that no file of this bot has: malformed, or one of another bot.
 * @throws BotApiError
 */
export function refuseFileId(given: string): never {
  const wrong = (what: string) => badRequest(`wrong remote file identifier specified: ${what}`);
  if (given.includes('.')) throw badRequest('invalid file HTTP URL specified: Unsupported URL protocol');
  const bare = given.replace(/={1,2}$/, '');
  if (/[^A-Za-z0-9_-]/.test(bare)) throw wrong('Wrong character in the string');
  if (bare.length % 4 === 1) throw wrong('Wrong padding length');
  const ours = Object.values(PREFIXES).some((prefix) => bare.startsWith(prefix));
  const text = Buffer.from(bare.slice(PREFIXES.photo.length), 'base64url').toString('utf8');
  if (!ours || !/^\d+:\w+$/.test(text)) throw wrong("can't unserialize it. Wrong last symbol");
  throw badRequest('wrong file identifier/HTTP URL specified');
}
