/** Values shorter than this are too common to be replaced in a text. */
const SHORTEST = 6;

/** Replaces every given secret in a text that comes from elsewhere, such as a log line of a runtime. */
export function scrub(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST) clean = clean.replaceAll(secret, '[redacted]');
  }
  return clean;
}
