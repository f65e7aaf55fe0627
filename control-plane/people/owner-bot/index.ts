export type { OwnerBot } from './bot.ts';
export { createOutcomes } from './outcomes.ts';
export { createOwners, type Owners } from './owners.ts';
export { createVoice } from './voice.ts';
