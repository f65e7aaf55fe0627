import { defineCallbacks } from '../../bot/callbacks.ts';

export const usersCallbacks = defineCallbacks('usr', { home: [], info: [], howto: [] });

/** The button that leads from any screen back to the welcome. */
export const HOME = { text: '⬅️ Kembali ke Menu Utama', data: usersCallbacks.pack('home') } as const;
