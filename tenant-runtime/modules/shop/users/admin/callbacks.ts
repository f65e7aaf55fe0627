import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

export const adminCallbacks = defineStaffCallbacks('usd', {
  list: ['page'],
  search: [],
  open: ['user'],
  block: ['user'],
  blocked: ['user'],
  unblock: ['user'],
  unblocked: ['user'],
  adjust: ['user'],
  write: ['user'],
});

/** The pages of what was found belong to the form that holds what was looked for, a confirmation to the one of the change. */
export const searchCallbacks = defineStaffCallbacks('wz:usd', { found: ['page'], adjusted: ['user'] });

/** Forms of this module, as they are named in the database. */
export const WIZARD = { search: 'user.search', adjust: 'user.adjust', write: 'user.message' } as const;

/** What a button that opens this user here carries. */
export const userButton = (userId: number): string => adminCallbacks.pack('open', userId);

/** The button that leads here from the admin menu. */
export const USER_ADMIN = { text: '👥 Kelola User', data: adminCallbacks.pack('list', 0) } as const;
