export type { Backoff } from './backoff.ts';
export { createProcessDriver, type ProcessDriverOptions } from './driver.ts';
