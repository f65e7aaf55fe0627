const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

// Of the web's API: the contract is read in browsers too.
const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** Ids of Telegram have at most 52 significant bits, as the Bot API says. */
export const MAX_TELEGRAM_ID = 2 ** 52;

/** The id of a person that is all of a text; undefined when it is none. */
export function telegramId(text: string): number | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return id > 0 && id <= MAX_TELEGRAM_ID ? id : undefined;
}

/** A random id in lower-case Crockford base 32: 5 bits a character, no letters that look alike. */
export function shortId(length = 10): string {
  let id = '';
  for (const byte of randomBytes(length)) id += ALPHABET[byte & 31];
  return id;
}

/** A random version 4 UUID. */
export const uuid = (): string => crypto.randomUUID();

/** A secret for people and programs to carry: `bytes` of randomness in base64url. */
export function randomSecret(bytes = 32): string {
  return Buffer.from(randomBytes(bytes)).toString('base64url');
}
