export { runSteps } from './attempt.ts';
export { createEngine } from './engine.ts';
export { createOperationEvents } from './events.ts';
export { createHangingWatch, type Hanging } from './hanging.ts';
export { countWaiting } from './lease-sql.ts';
export { assertMay } from './rights.ts';
export { operationRoutes } from './routes.ts';
export { createOperations, type NewOperationInput, type Operations } from './service.ts';
export type { OperationParams, OperationRow } from './sql.ts';
export { wayBack } from './way-back.ts';
export {
  type Outcome,
  type Rollback,
  type Running,
  type Step,
  type StepContext,
  type StepResult,
  type Workflow,
  withPrefix,
} from './workflow.ts';
