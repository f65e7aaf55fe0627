import type { Message } from 'grammy/types';
import { z } from 'zod';

const FILE_KINDS = ['document', 'photo', 'video'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const file = z.object({
  kind: z.enum(FILE_KINDS),
  /** Means something to the bot that was sent it, and to no other. */
  fileId: z.string(),
  /** The same for every bot, for ever. */
  uniqueId: z.string(),
  caption: z.string().nullable(),
  name: z.string().nullable(),
});

/** A file as goods: Telegram holds it, and the bot passes it on. */
export type GoodsFile = z.infer<typeof file>;

/** One unit of goods: a text, or a file. */
export type Unit = string | GoodsFile;
export type UnitForm = 'text' | 'file';

/** A unit that was opened: the text, or of a file what people read about it. */
export type Content = { content: string; file?: GoodsFile };

/** The text under which a unit is sealed. */
export const writeUnit = (unit: Unit): { form: UnitForm; text: string } =>
  typeof unit === 'string' ? { form: 'text', text: unit } : { form: 'file', text: JSON.stringify(unit) };

/** What tells a unit from every other of its product. */
export const identityOf = (unit: Unit): string => (typeof unit === 'string' ? unit : `\0file:${unit.uniqueId}`);

/** Reads what `writeUnit` wrote. */
export function readUnit(form: UnitForm, text: string): Content {
  if (form === 'text') return { content: text };
  const read = file.parse(JSON.parse(text));
  return { content: read.caption ?? read.name ?? '', file: read };
}

/** The file that a message brings as goods, if it is one of these kinds. An animation is no document, though it comes as both. */
export function fileOf(message: Message | undefined): GoodsFile | undefined {
  const given = message && !message.animation ? givenFile(message) : undefined;
  if (!message || !given) return undefined;
  const { kind, ref, name } = given;
  return {
    kind,
    fileId: ref.file_id,
    uniqueId: ref.file_unique_id,
    caption: message.caption?.trim() || null,
    name: name ?? null,
  };
}

type Given = { kind: FileKind; ref: { file_id: string; file_unique_id: string }; name?: string | undefined };

function givenFile({ photo, video, document }: Message): Given | undefined {
  // Sizes come smallest first.
  const largest = photo?.at(-1);
  if (largest) return { kind: 'photo', ref: largest };
  if (video) return { kind: 'video', ref: video, name: video.file_name };
  return document && { kind: 'document', ref: document, name: document.file_name };
}
