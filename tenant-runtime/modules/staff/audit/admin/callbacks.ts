import { defineOwnerCallbacks } from '../../../../bot/callbacks.ts';

/** `subject` is a number in SUBJECTS; 0 stands for all of them. */
export const adminCallbacks = defineOwnerCallbacks('aud', { list: ['subject', 'page'], rooms: ['subject'] });

/** The button that leads here from the admin menu; owners see it. */
export const AUDIT_ADMIN = { text: '📓 Log Audit', data: adminCallbacks.pack('list', 0, 0), role: 'owner' } as const;
