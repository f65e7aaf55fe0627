import type { Html } from './html.ts';

/** A half-typed form: which wizard, which step, what was typed so far. */
export type Form = {
  wizard: string;
  step: string;
  data: Record<string, unknown>;
  /** Somebody answered a question of it: leaving it would lose that. */
  typed?: boolean;
  /** Pieces of an answer that may not be complete yet, sealed. */
  held?: string | undefined;
};

/** What was asked last, as it was shown. */
export type Question = { text: Html; buttons: { text: string; callback_data: string }[][] };
