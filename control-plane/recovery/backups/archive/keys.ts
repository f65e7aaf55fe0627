import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/** Key and start vector as `openssl enc -aes-256-cbc -pbkdf2` derives them (SHA-256 is its default digest). */
export async function cipherKey(
  password: string,
  salt: Buffer,
  iterations: number,
): Promise<{ key: Buffer; iv: Buffer }> {
  const bytes = await derive(password, salt, iterations, 48, 'sha256');
  return { key: bytes.subarray(0, 32), iv: bytes.subarray(32) };
}

/** Key of the HMAC: another salt, and a label that no salt of openssl's 8 bytes can equal, make it another key. */
export function macKey(password: string, macSalt: string, iterations: number): Promise<Buffer> {
  return derive(password, `lapak backup hmac ${macSalt}`, iterations, 32, 'sha256');
}
