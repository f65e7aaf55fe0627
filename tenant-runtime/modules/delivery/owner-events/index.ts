export { createControlPlane } from './control-plane.ts';
export { createDigest } from './digest.ts';
export { createLogAlarm } from './log-alarm.ts';
export type { EventKind } from './schema.ts';
export { createOwnerEvents, type OwnerEvents } from './service.ts';
