import type { Message, Update } from 'grammy/types';
import type { Queryable } from '../../kernel/db.ts';

/** A file that came with an update. */
export type Attachment = { fileId: string; bytes(): Buffer };

/**
 * Fetches the file of a message whose sender is filling in a form that needs it. This happens before the update's
 * transaction begins: a download takes seconds, and a connection to the database is for everybody.
 */
export type FetchAttachment = (update: Update, senderId: number) => Promise<Attachment | undefined>;

export function createFetchAttachment(deps: {
  db: Queryable;
  download(fileId: string): Promise<Buffer>;
  /** The file that a wizard needs of a message. */
  fileOf(wizard: string, message: Message): string | undefined;
}): FetchAttachment {
  return async ({ message }, senderId) => {
    if (!message?.document) return undefined;
    const wizard = await wizardOf(deps.db, senderId);
    const fileId = wizard === undefined ? undefined : deps.fileOf(wizard, message);
    if (fileId === undefined) return undefined;
    try {
      const bytes = await deps.download(fileId);
      return { fileId, bytes: () => bytes };
    } catch (error) {
      // The handler says so to the person; the update is handled all the same.
      const fault = error;
      return {
        fileId,
        bytes() {
          throw fault;
        },
      };
    }
  };
}

async function wizardOf(on: Queryable, userId: number): Promise<string | undefined> {
  const [row] = await on.query<{ wizard: string }>('SELECT wizard FROM conversations WHERE user_id = $1', [userId]);
  return row?.wizard;
}
