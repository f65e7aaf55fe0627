/** A half-typed form: which wizard, which step, what was typed so far. */
export type Form = { wizard: string; step: string; data: Record<string, unknown> };
