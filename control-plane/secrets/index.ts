export { loadMasterKeys } from './master-key.ts';
export { scrub } from './scrub.ts';
export { scrubbed } from './scrubbed.ts';
export { createSecrets, type Secrets } from './service.ts';
