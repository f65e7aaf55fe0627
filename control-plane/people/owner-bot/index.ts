export type { OwnerBot } from './bot.ts';
export { createOutcomes } from './outcomes.ts';
export { createOwners, createVoice, type Owners } from './owners.ts';
