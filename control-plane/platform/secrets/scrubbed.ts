import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { storable } from '../../../kernel/text.ts';
import { scrub } from './scrub.ts';
import type { Secrets } from './service.ts';

/** A text without any secret of a tenant. Without the secrets to look for, nothing of the text may be told; only that they do not open. */
export async function scrubbed(db: Db, secrets: Secrets, tenantId: string, text: string): Promise<string> {
  try {
    return storable(scrub(text, Object.values(await secrets.openAll(db, tenantId))));
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') return error.message;
    throw error;
  }
}
