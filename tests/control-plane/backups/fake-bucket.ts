import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bucket over real HTTP, as strict as the real ones about what backups use: signatures, parts, ranges. */
export type FakeBucket = {
  url: string;
  objects: Map<string, Buffer>;
  /** Uploads in parts that were begun and neither completed nor given up. */
  unfinished(): number;
  /** From now on a bit of what is put there is another one, and nothing says so. */
  rot(on: boolean): void;
  /** Answers requests that match with 500. */
  fail(when: (method: string, url: URL) => boolean): void;
  close(): Promise<void>;
};

export const KEY_ID = 'test-key-id';
export const BUCKET = 'cadangan';

export async function startBucket(): Promise<FakeBucket> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  let broken: (method: string, url: URL) => boolean = () => false;
  let rots = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://bucket');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const say = (status: number, text: string | Buffer = '', headers: Record<string, string | number> = {}) =>
      response.writeHead(status, { 'content-length': Buffer.byteLength(text), ...headers }).end(text);
    const refuse = (status: number, code: string) =>
      say(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    if (!isSigned(request)) return void refuse(403, 'SignatureDoesNotMatch');
    const { method = '' } = request;
    if (broken(method, url)) return void refuse(500, 'InternalError');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    const key = rest.join('/');
    if (bucket !== BUCKET) return void refuse(404, 'NoSuchBucket');
    const etag = (bytes: Buffer) => ({ etag: `"${createHash('md5').update(bytes).digest('hex')}"` });
    const uploadId = url.searchParams.get('uploadId');
    if (method === 'POST' && url.searchParams.has('uploads')) {
      const id = `upload-${uploads.size + 1}-${objects.size}`;
      uploads.set(id, new Map());
      return void say(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (uploadId !== null) {
      const parts = uploads.get(uploadId);
      if (!parts) return void refuse(404, 'NoSuchUpload');
      if (method === 'PUT') {
        parts.set(Number(url.searchParams.get('partNumber')), body);
        return void say(200, '', etag(body));
      }
      uploads.delete(uploadId);
      if (method === 'DELETE') return void say(204);
      const whole = Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part));
      const told = [...body.toString().matchAll(/<ETag>(?:&quot;|")?([0-9a-f]{32})/g)].map(([, tag]) => tag);
      const own = [...parts].sort(([a], [b]) => a - b).map(([, part]) => createHash('md5').update(part).digest('hex'));
      if (JSON.stringify(told) !== JSON.stringify(own)) return void refuse(400, 'InvalidPart');
      objects.set(key, whole);
      return void say(200, `<CompleteMultipartUploadResult><Key>x</Key></CompleteMultipartUploadResult>`);
    }
    if (method === 'PUT') {
      const kept = Buffer.from(body);
      if (rots && !key.endsWith('.json')) kept[kept.length >> 1] = (kept[kept.length >> 1] as number) ^ 1;
      objects.set(key, kept);
      return void say(200, '', etag(body));
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return void say(204);
    }
    const found = objects.get(key);
    if (!found) return void refuse(404, 'NoSuchKey');
    if (method === 'HEAD')
      return void response.writeHead(200, { 'content-length': found.length, ...etag(found) }).end();
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    if (from === undefined) return void say(200, found, etag(found));
    const range = `bytes ${from}-${found.length - 1}/${found.length}`;
    say(206, found.subarray(Number(from)), { ...etag(found), 'content-range': range });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    unfinished: () => uploads.size,
    rot(on) {
      rots = on;
    },
    fail(when) {
      broken = when;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** AWS Signature Version 4: there, of our key, and over the headers that matter. */
function isSigned({ headers }: IncomingMessage): boolean {
  const signature = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/.*SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/.exec(
    headers.authorization ?? '',
  );
  const signed = signature?.[2]?.split(';') ?? [];
  return signature?.[1] === KEY_ID && signed.includes('host') && signed.includes('x-amz-date');
}
