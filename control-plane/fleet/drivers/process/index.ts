export type { Backoff } from './backoff.ts';
export { createProcessDriver, type ProcessDriverOptions } from './driver.ts';
export { stateMark } from './identity.ts';
export { DEFAULT_LOG_LIMITS, type LogLimits, outputFile, readLines, rotate } from './log-file.ts';
