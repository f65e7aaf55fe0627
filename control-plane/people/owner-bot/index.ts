export { DIGEST_TIME } from './digest/digest.ts';
export { createOutcomes } from './outcomes.ts';
export { createOwners } from './owners.ts';
