import { defineStaffCallbacks } from '../../../bot/callbacks.ts';

export const broadcastCallbacks = defineStaffCallbacks('bct', {
  list: ['page'],
  open: ['broadcast'],
  write: [],
  stop: ['broadcast'],
  resume: ['broadcast'],
});

/** The button below a preview. It names its draft, so that one below an older preview sends nothing. */
export const draftCallbacks = defineStaffCallbacks('wz:bct', { send: ['draft'] });

/** The wizard of this module, as it is named in the database. */
export const WIZARD = 'broadcast.write';

/** The button that leads here from the admin menu. */
export const BROADCAST_ADMIN = { text: '📣 Broadcast Pesan', data: broadcastCallbacks.pack('list', 0) } as const;
