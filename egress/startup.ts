/** What a client of Postgres sends first. */
export type FirstMessage =
  | { kind: 'incomplete' }
  | { kind: 'encryption' }
  | { kind: 'cancel' }
  | { kind: 'startup'; user: string; database: string }
  | { kind: 'invalid' };

const PROTOCOL_3 = 3 << 16;
const CANCEL = 80_877_102;
/** TLS, and GSSAPI. */
const ENCRYPTION = [80_877_103, 80_877_104];
/** As the server itself bounds it. */
const LONGEST = 10_000;

/** Reads the beginning of a connection: see "Message Formats" in the manual of PostgreSQL. */
export function readFirstMessage(bytes: Buffer): FirstMessage {
  if (bytes.length < 8) return { kind: 'incomplete' };
  const length = bytes.readInt32BE(0);
  const code = bytes.readInt32BE(4);
  if (length < 8 || length > LONGEST) return { kind: 'invalid' };
  if (ENCRYPTION.includes(code)) return length === 8 ? { kind: 'encryption' } : { kind: 'invalid' };
  if (code !== CANCEL && code >> 16 !== PROTOCOL_3 >> 16) return { kind: 'invalid' };
  if (bytes.length < length) return { kind: 'incomplete' };
  if (code === CANCEL) return length === 16 ? { kind: 'cancel' } : { kind: 'invalid' };
  const words = bytes.toString('utf8', 8, length).split('\0');
  const pairs = new Map<string, string>();
  for (let at = 0; words[at]; at += 2) pairs.set(words[at] as string, words[at + 1] ?? '');
  const user = pairs.get('user') ?? '';
  return { kind: 'startup', user, database: pairs.get('database') ?? user };
}

/** An error as the server words it, so that a client tells its reason. */
export function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
