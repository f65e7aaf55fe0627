export { type Claim, createLease, type Elapsed, type Lease, LeaseLost } from './lease.ts';
export { DEDICATED, dedicatedLiveness, HOSTED_LIVENESS, type Liveness, type LivenessTimes } from './liveness.ts';
export { whileHeld } from './telegram.ts';
