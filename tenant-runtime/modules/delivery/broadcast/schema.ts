import { z } from 'zod';
import type { Form } from '../../../bot/form.ts';
import type { Html } from '../../../bot/html.ts';
import type { Media } from '../../../bot/send.ts';

/** What everybody gets: a text, or one photo, video or file with its caption. */
export type Content = { body: Html } & Record<MediaKind, string | null>;

export const MEDIA_KINDS = ['photo', 'video', 'document'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** The file of a message, as it is sent. */
export function mediaOf(content: Content): Media {
  const kind = MEDIA_KINDS.find((each) => content[each] !== null);
  return kind ? { [kind]: content[kind] } : {};
}

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

/** How far a broadcast is, in recipients. */
export type Tally = {
  all: number;
  /** Those who wait for it, and those whose message is under way. */
  left: number;
  sent: number;
  blocked: number;
  failed: number;
  /** The answer was lost: they have the message or do not, and are not sent another. */
  unknown: number;
};

const file = z.string().nullable().default(null);
const draft = z.object({ body: z.string(), photo: file, video: file, document: file, draft: z.number() });

/** The form comes from the database, where an older version of the store may have left it. */
export function readDraft(form: Form | undefined): (Content & { draft: number }) | undefined {
  return draft.safeParse(form?.data).data as (Content & { draft: number }) | undefined;
}
