import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from './errors.ts';

/** A 32-byte AES key and the short id that sealed values carry, so that keys can be rotated. */
export type SealingKey = { id: string; key: Buffer };

/** Reads a key of 32 bytes in base64; its id is the first 8 hex digits of its SHA-256. */
export function sealingKey(base64: string): SealingKey {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) throw new AppError('CONFIG_INVALID', 'An encryption key must be 32 bytes in base64.');
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}

/**
 * Seals a text with AES-256-GCM (NIST SP 800-38D; 96-bit random nonce). `aad` binds the value to its place
 * (tenant, column), so that a sealed value copied elsewhere does not open.
 * @returns `v1.<key id>.<nonce>.<tag>.<ciphertext>`, base64url parts
 */
export function seal(plaintext: string, key: SealingKey, aad: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce);
  cipher.setAAD(Buffer.from(aad));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return ['v1', key.id, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join('.');
}

/**
 * Opens a value that `seal` made, with whichever of `keys` it names.
 * @throws AppError SECRET_UNREADABLE when the key is not there, the place differs or a bit was changed
 */
export function open(sealed: string, keys: readonly SealingKey[], aad: string): string {
  const [version, keyId, nonce, tag, body] = sealed.split('.');
  const key = keys.find((candidate) => candidate.id === keyId);
  if (version !== 'v1' || !key || nonce === undefined || tag === undefined || body === undefined) {
    throw new AppError('SECRET_UNREADABLE', 'A sealed value names a key that is not configured.');
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(aad));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new AppError('SECRET_UNREADABLE', 'A sealed value was changed, or belongs to another place.', { cause });
  }
}

/** A keyed fingerprint (HMAC-SHA256, hex): equal texts are found without storing or revealing them. */
export function fingerprint(text: string, key: SealingKey): string {
  return createHmac('sha256', key.key).update(text).digest('hex');
}

export function hmacSha256Hex(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

export function sha256Hex(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compares two strings in time that does not depend on where they differ. */
export function constantTimeEqual(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(a)), Buffer.from(sha256Hex(b)));
}
