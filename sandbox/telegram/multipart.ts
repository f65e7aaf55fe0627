import { badRequest } from './api-error.ts';
import type { Upload } from './args.ts';

export type MultipartBody = { fields: Record<string, string>; uploads: Map<string, Upload> };

const BLANK_LINE = Buffer.from('\r\n\r\n');

/**
 * Reads a `multipart/form-data` body (RFC 7578). Written here because bot libraries send file names without quotes,
 * with spaces in them, which Telegram takes and stricter parsers do not.
 */
export function parseMultipart(body: Buffer, contentType: string): MultipartBody {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) throw badRequest('boundary parameter not found in multipart content type');
  const fields: Record<string, string> = {};
  const uploads = new Map<string, Upload>();
  const delimiter = Buffer.from(`--${boundary}`);
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (body.subarray(start, start + 2).toString('latin1') === '--') return { fields, uploads };
    const end = body.indexOf(`\r\n--${boundary}`, start);
    const blank = body.indexOf(BLANK_LINE, start);
    if (end < 0 || blank < 0 || blank > end) break;
    const headers = body.subarray(start, blank).toString('utf8');
    const bytes = body.subarray(blank + BLANK_LINE.length, Math.max(end, blank + BLANK_LINE.length));
    const name = parameter(headers, 'name');
    if (name === undefined) throw badRequest('multipart part has no name');
    const fileName = parameter(headers, 'filename');
    if (fileName === undefined) fields[name] = bytes.toString('utf8');
    else uploads.set(name, { fileName, mimeType: mimeType(headers), bytes: Buffer.from(bytes) });
    at = end + 2;
  }
  throw badRequest('multipart body is not complete');
}

/** A parameter of the part's Content-Disposition, in quotes or bare up to the next semicolon. */
function parameter(headers: string, key: string): string | undefined {
  const line = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const found = new RegExp(`;\\s*${key}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\r]*))`, 'i').exec(line);
  return found ? (found[1]?.replace(/\\(.)/g, '$1').replaceAll('%22', '"') ?? found[2]?.trim()) : undefined;
}

const mimeType = (headers: string) =>
  /^content-type:\s*([^\r\n]+)/im.exec(headers)?.[1]?.trim() ?? 'application/octet-stream';
