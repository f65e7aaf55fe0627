/** What the buttons of the bot carry: `<about>:<action>:<argument>`, far below Telegram's 64 bytes. */
export type IncidentAction = 'details' | 'restart' | 'mute' | 'acknowledge';
export type StoreAction = 'show' | 'details' | 'restart' | 'backup' | 'mute' | 'unmute';

export const BUTTONS = {
  incident: (action: IncidentAction, id: number) => `incident:${action}:${id}`,
  store: (action: StoreAction, store: string) => `store:${action}:${store}`,
  /** A page of the list of stores, from 0. */
  stores: (page: number) => `stores:page:${page}`,
  status: 'status',
  incidents: 'incidents',
  muteAll: 'mute-all',
} as const;

export const PATTERNS = {
  incident: /^incident:(details|restart|mute|acknowledge):(\d{1,15})$/,
  store: /^store:(show|details|restart|backup|mute|unmute):([a-z][a-z0-9-]{1,30})$/,
  stores: /^stores:page:(\d{1,4})$/,
} as const;
