import { defineStaffCallbacks } from '../../../bot/callbacks.ts';

/** A rule is named by its number in RULES. */
export const adminCallbacks = defineStaffCallbacks('calc', {
  open: [],
  refund: [],
  fee: [],
  edit: ['rule'],
  reset: ['rule'],
  reseted: ['rule'],
});

/** Buttons inside the wizard that changes a rule. */
export const wizardCallbacks = defineStaffCallbacks('wz:calc', { save: ['rule'] });

export const REFUND_WIZARD = 'calculator.refund';
export const FEE_WIZARD = 'calculator.fee';
export const RULE_WIZARD = 'calculator.rule';

/** The button that leads here from the admin menu. */
export const CALCULATOR = { text: '🧮 Calculator', data: adminCallbacks.pack('open') } as const;
