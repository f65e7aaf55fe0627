import { z } from 'zod';

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
});
export type ProductItem = z.infer<typeof ProductSchema>;
