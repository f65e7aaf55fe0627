import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

/** A template is named by its number in TEMPLATE_KEYS. */
export const adminCallbacks = defineStaffCallbacks('tpl', {
  list: [],
  open: ['template'],
  preview: ['template'],
  raw: ['template'],
  edit: ['template'],
  reset: ['template'],
  reseted: ['template'],
});

/** Buttons inside the wizard. */
export const wizardCallbacks = defineStaffCallbacks('wz:tpl', { save: ['template'] });

export const WIZARD = 'template.edit';

/** The button that leads here from the admin menu. */
export const TEMPLATE_ADMIN = { text: '🛠 Kelola Respon Bot', data: adminCallbacks.pack('list') } as const;
