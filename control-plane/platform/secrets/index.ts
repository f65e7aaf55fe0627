export { findMasterKeys, keyPlace, loadMasterKeys } from './master-key.ts';
export { scrub, scrubbed } from './scrubbed.ts';
export { createSecrets, masterKeysFor, placeOfSecret, type Secrets } from './service.ts';
