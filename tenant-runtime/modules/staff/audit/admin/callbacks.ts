import { defineOwnerCallbacks } from '../../../../bot/callbacks.ts';

/** `room` is a number in ROOMS; 0 stands for all of them. */
export const deskCallbacks = defineOwnerCallbacks('aud', { list: ['room', 'page'], rooms: ['room'] });

/** The button that leads here from the admin menu; owners see it. */
export const AUDIT_DESK = { text: '📓 Log Audit', data: deskCallbacks.pack('list', 0, 0), role: 'owner' } as const;
