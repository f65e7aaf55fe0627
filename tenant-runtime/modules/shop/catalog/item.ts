import { z } from 'zod';
import { TiersSchema } from './prices.ts';

/** What a snapshot keeps of a category, and of a product. */
export const CategorySchema = z.object({ id: z.number(), name: z.string(), position: z.number(), active: z.boolean() });
export type CategoryItem = z.infer<typeof CategorySchema>;

export const ProductSchema = z.object({
  id: z.number(),
  code: z.string(),
  name: z.string(),
  price: z.number(),
  description: z.string().nullable(),
  categoryId: z.number().nullable(),
  photo: z.string().nullable(),
  terms: z.string().nullable(),
  status: z.enum(['active', 'inactive']),
  // Snapshots of before these were settings are of products that had none of them.
  kind: z.enum(['units', 'endless']).default('units'),
  tiers: TiersSchema.default([]),
  perCustomer: z.number().nullable().default(null),
});
export type ProductItem = z.infer<typeof ProductSchema>;
