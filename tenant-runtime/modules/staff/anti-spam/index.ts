export { antiSpamGate } from './gate.ts';
export { createAntiSpam, type Verdict } from './service.ts';
