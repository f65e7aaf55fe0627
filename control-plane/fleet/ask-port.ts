const LONGEST_ANSWER = 64 * 1024;

export type PortAnswer = { status: number; text: string };

/**
 * Asks whatever listens on a port of this host, which may be anything: it can neither fill our memory nor send us on to
 * an address that only we can reach. Of an answer that is too long the beginning is given. With `post` it is told something,
 * which must be fit for whatever listens there.
 */
export async function askPort(
  port: number,
  path: string,
  signal: AbortSignal,
  post?: { body: unknown; headers: Record<string, string> },
): Promise<PortAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal,
    redirect: 'manual',
    ...(post && {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...post.headers },
      body: JSON.stringify(post.body),
    }),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) break;
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
}
