import { badRequest } from './api-error.ts';

/** A file that came with a multipart request. */
export type Upload = { fileName: string; mimeType: string; bytes: Buffer };

/**
 * The parameters of a call, read as leniently as Telegram reads them: the same parameter may be a JSON value or, in a
 * form or query, its text.
 */
export type Args = {
  /** As it came, for the record of calls. */
  readonly values: Readonly<Record<string, unknown>>;
  text(key: string): string | undefined;
  integer(key: string): number | undefined;
  flag(key: string): boolean;
  /** An object or array; `label` names it in the complaint. */
  object(key: string, label: string): unknown;
  upload(key: string): Upload | undefined;
};

export function createArgs(values: Record<string, unknown>, uploads: ReadonlyMap<string, Upload> = new Map()): Args {
  const text = (key: string) => {
    const value = values[key];
    if (value === undefined || value === null || typeof value === 'object') return undefined;
    const string = String(value);
    if (!string.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
    return string;
  };
  return {
    values,
    text,
    integer(key) {
      const value = text(key)?.trim();
      return value && /^-?\d+$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    },
    flag: (key) => ['true', '1', 'yes', 't', 'y'].includes(text(key)?.toLowerCase() ?? ''),
    object(key, label) {
      const value = values[key];
      if (value === undefined || value === null || value === '') return undefined;
      if (typeof value === 'object') return value;
      try {
        return JSON.parse(String(value));
      } catch {
        throw badRequest(`can't parse ${label} JSON object`);
      }
    },
    upload: (key) => uploads.get(key),
  };
}
