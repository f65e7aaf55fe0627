import { z } from 'zod';
import type { Form } from '../../../../../bot/form.ts';
import { EDITABLE } from './callbacks.ts';

/** A product that is being typed in. A field that is missing is asked for next; `productId` is there once it exists. */
const draft = z.object({
  code: z.string().optional(),
  name: z.string().optional(),
  price: z.number().optional(),
  description: z.string().nullable().optional(),
  kind: z.enum(['units', 'endless']).optional(),
  productId: z.number().optional(),
  album: z.string().optional(),
  /** A price that is to be confirmed. */
  offered: z.number().optional(),
});
export type Draft = z.infer<typeof draft>;

const ofProduct = z.object({ productId: z.number() });
/** `album` is the one whose first file was answered: its other files come as messages of their own. */
const restock = ofProduct.extend({ album: z.string().optional() });
const edit = ofProduct.extend({ field: z.enum(EDITABLE), offered: z.number().optional() });

/** Forms come from the database, where an older version of the store may have left them. */
export const readDraft = (form: Form): Draft | undefined => draft.safeParse(form.data).data;
export const readEdit = (form: Form): z.infer<typeof edit> | undefined => edit.safeParse(form.data).data;
export const readRestock = (form: Form): z.infer<typeof restock> | undefined => restock.safeParse(form.data).data;
export const readProductId = (form: Form): number | undefined => ofProduct.safeParse(form.data).data?.productId;

/** Where a message stands in an album: its first file is answered for all of them, which come as messages of their own. */
export function albumOf(
  message: { media_group_id?: string } | undefined,
  answered: string | undefined,
): { id?: string; begins: boolean; goesOn: boolean } {
  const id = message?.media_group_id;
  if (id === undefined) return { begins: false, goesOn: false };
  return { id, begins: id !== answered, goesOn: id === answered };
}
