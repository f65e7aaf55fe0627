import { defineCallbacks } from '../../../bot/callbacks.ts';

export const usersCallbacks = defineCallbacks('usr', {
  home: [],
  info: [],
  howto: [],
  name: [],
  whatsapp: [],
  service: [],
});

/** Buttons inside a form of this module. */
export const profileCallbacks = defineCallbacks('wz:usr', { forget: [] });

/** Forms of this module, as they are named in the database. */
export const WIZARD = { name: 'profile.name', whatsapp: 'profile.whatsapp' } as const;

/** The button that leads from any screen back to the welcome. */
export const HOME = { text: '⬅️ Kembali ke Menu Utama', data: usersCallbacks.pack('home') } as const;

/** The button that leads back to a person's own information. */
export const INFORMATION = { text: '⬅️ Informasi', data: usersCallbacks.pack('info') } as const;

/** The button that leads to the people of the store. */
export const CUSTOMER_SERVICE = { text: '👨‍💼 Customer Service', data: usersCallbacks.pack('service') } as const;
