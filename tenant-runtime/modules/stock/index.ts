export { howToSend, intakeProblem, restockReport } from './copy.ts';
export {
  type Intake,
  type IntakeProblem,
  linesWithoutMark,
  readIntake,
  type Units,
  unitsOfText,
} from './intake.ts';
export type { Restocked } from './schema.ts';
export { createStock, LOW_STOCK, type Reservation, type Stock, type UnsoldUnit } from './service.ts';
export type { Shortfall, StockLine, UnitCounts } from './sql.ts';
