export { createOutcomes } from './outcomes.ts';
export { createOwners } from './owners.ts';
