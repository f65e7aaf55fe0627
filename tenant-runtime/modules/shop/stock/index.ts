export { howToSend, intakeProblem, restockReport } from './copy.ts';
export { type Content, type FileKind, fileOf, type GoodsFile, type Unit } from './files.ts';
export {
  INTAKE_LIMITS,
  type Intake,
  type IntakeProblem,
  linesWithoutMark,
  listFile,
  readIntake,
  type Units,
  unitsOfText,
} from './intake.ts';
export type { Restocked } from './schema.ts';
export { createStock, LOW_STOCK, type Reservation, type Stock, type UnsoldUnit } from './service.ts';
export type { Shortfall, StockLine, UnitCounts } from './sql.ts';
