export { findMasterKeys, keyPlace, loadMasterKeys } from './master-key.ts';
export { scrub, scrubbed, scrubTexts } from './scrubbed.ts';
export { createSecrets, masterKeysFor, placeOfSecret, type Secrets } from './service.ts';
