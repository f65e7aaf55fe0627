import type { Role } from '../../../bot/context.ts';
import type { Wizards } from '../../../bot/wizards.ts';
import type { Calculator } from './service.ts';

/** What the admin screens work with. */
export type CalculatorDeps = {
  wizards: Wizards;
  calculator: Calculator;
  mayEdit(role: Role): boolean;
  timeZone: string;
};
