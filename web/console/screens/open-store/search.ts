import { STEPS, type Step } from './draft.ts';

/** Where the form is; nothing of what was typed is ever in the address. */
export type OpenStoreSearch = { step?: Step; opened?: string };

/** `?step=people`, or `?opened=<operation>` once it was asked for. */
export function openStoreSearch({ step, opened }: Record<string, unknown>): OpenStoreSearch {
  const known = STEPS.find((each) => each === step);
  if (typeof opened === 'string' && opened !== '') return { opened };
  return known ? { step: known } : {};
}
