import { z } from 'zod';
import type { Form } from '../../bot/form.ts';
import type { Html } from '../../bot/html.ts';

/** What everybody gets: a text, or a photo with its caption. */
export type Content = { body: Html; photo: string | null };

export type BroadcastStatus = 'running' | 'stopped' | 'done';

export type Broadcast = Content & {
  id: number;
  status: BroadcastStatus;
  /** Why it stopped by itself. */
  stopReason: string | null;
  createdBy: number;
  /** Who sees its progress. */
  ledBy: number;
  progressMessageId: number | null;
  createdAt: Date;
  endedAt: Date | null;
};

/** How far a broadcast is. `unsure` are those whose answer was lost; they are looked up before it ends. */
export type Tally = {
  all: number;
  left: number;
  unsure: number;
  sent: number;
  blocked: number;
  failed: number;
  /** Could not be looked up either: they have the message or do not, and are not sent another. */
  unknown: number;
};

const draft = z.object({ body: z.string(), photo: z.string().nullable(), draft: z.number() });

/** The form comes from the database, where an older version of the store may have left it. */
export function readDraft(form: Form | undefined): (Content & { draft: number }) | undefined {
  return draft.safeParse(form?.data).data as (Content & { draft: number }) | undefined;
}
