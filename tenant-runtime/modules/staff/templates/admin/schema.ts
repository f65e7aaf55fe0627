import { z } from 'zod';
import type { Form } from '../../../../bot/form.ts';
import { TEMPLATE_KEYS, type TemplateKey } from '../index.ts';

const isKey = (key: string): key is TemplateKey => (TEMPLATE_KEYS as string[]).includes(key);

/** A template that is being edited: the text that was in force when it was opened, and the new one once it is typed. */
const draft = z.object({ key: z.string().refine(isKey), seen: z.string(), body: z.string().optional() });
export type Draft = z.infer<typeof draft>;

/** Forms come from the database, where an older version of the store may have left them. */
export const readDraft = (form: Form): Draft | undefined => draft.safeParse(form.data).data;
