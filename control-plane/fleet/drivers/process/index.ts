export type { Backoff } from './backoff.ts';
export { createProcessDriver, type ProcessDriverOptions } from './driver.ts';
export { stateMark } from './identity.ts';
export { outputFile } from './log-file.ts';
