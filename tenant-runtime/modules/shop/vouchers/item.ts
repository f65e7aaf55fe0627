import { z } from 'zod';

/** What a snapshot keeps of a voucher. Its name is its code. */
export const VoucherSchema = z.object({
  id: z.number(),
  name: z.string(),
  kind: z.enum(['percent', 'rupiah']),
  value: z.number(),
  maxUses: z.number(),
  startsOn: z.string().nullable(),
  endsOn: z.string().nullable(),
  active: z.boolean(),
});
export type VoucherItem = z.infer<typeof VoucherSchema>;
