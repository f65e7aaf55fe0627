export { findMasterKeys, keyPlace, loadMasterKeys } from './master-key.ts';
export { scrub } from './scrub.ts';
export { scrubbed } from './scrubbed.ts';
export { createSecrets, masterKeysFor, placeOfSecret, type Secrets } from './service.ts';
