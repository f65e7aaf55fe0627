export { antiSpamGate } from './gate.ts';
export { type AntiSpam, createAntiSpam, SPAM_LIMITS, type SpamLimits, type Verdict } from './service.ts';
