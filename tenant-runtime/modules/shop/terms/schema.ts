import { z } from 'zod';
import type { Form } from '../../../bot/form.ts';

export const PROOF_KINDS = ['text', 'photo', 'document'] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

/** What somebody sent to show that they keep the terms: a text, or a file with its caption. */
const evidence = z.object({
  kind: z.enum(PROOF_KINDS),
  text: z.string(),
  fileId: z.string().optional(),
});
export type Evidence = z.infer<typeof evidence>;

/** Reads what was sealed. */
export const readEvidence = (opened: string): Evidence => evidence.parse(JSON.parse(opened));

const proofForm = z.object({ orderId: z.number(), productId: z.number() });

/** Forms come from the database, where an older version of the store may have left them. */
export const readProofForm = (form: Form): z.infer<typeof proofForm> | undefined => proofForm.safeParse(form.data).data;
