export type { Lowered } from './checker.ts';
export { createDependencyMonitor, dependenciesOf } from './dependency-monitor.ts';
export type { Fact as HealthFact, Finding as HealthFinding, Findings as HealthFindings, Load } from './findings.ts';
export { logLimitTask } from './log-limit.ts';
export { factText } from './messages.ts';
export { healthRoutes } from './routes.ts';
export { createHealth, type Health } from './service.ts';
export { settingsOf } from './settings.ts';
