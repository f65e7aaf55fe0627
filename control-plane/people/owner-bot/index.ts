export { DIGEST_CRON } from './digest/digest.ts';
export { createOutcomes } from './outcomes.ts';
export { createOwners } from './owners.ts';
