import { z } from 'zod';
import { KeyScope } from './platform.ts';

/** Who the caller is: of the API key that it came with, or of the key that its session belongs to. */
export const Session = z.object({
  keyId: z.string(),
  name: z.string(),
  scope: KeyScope,
  /** When the session ends by itself; null for a caller that came with the key itself. */
  endsAt: z.string().nullable(),
});
export type Session = z.infer<typeof Session>;

/** Exactly one of the two: an API key, or the ticket of a sign-in link, which is good once and for a minute. */
export const SignInRequest = z.union([
  z.strictObject({ apiKey: z.string().min(1).max(200) }),
  z.strictObject({ ticket: z.string().min(1).max(200) }),
]);
export type SignInRequest = z.infer<typeof SignInRequest>;

export const SignedOut = z.object({ signedOut: z.literal(true) });

/** A link to the console that signs in as the key that asked for it. */
export const SignInLink = z.object({ url: z.url(), expiresAt: z.string() });
export type SignInLink = z.infer<typeof SignInLink>;
