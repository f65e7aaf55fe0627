export { createControlPlane } from './control-plane.ts';
export { createDigest } from './digest.ts';
export { createLogAlarm, type LogAlarm } from './log-alarm.ts';
export { EVENT_KINDS, type EventKind, type OwnerEvent, type Severity } from './schema.ts';
export { createOwnerEvents, type OwnerEvents } from './service.ts';
