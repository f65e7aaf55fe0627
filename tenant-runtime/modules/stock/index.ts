export { howToSend, intakeProblem, restockReport } from './copy.ts';
export { goodsFile, type Intake, type IntakeProblem, readIntake, type Units } from './intake.ts';
export type { Restocked } from './schema.ts';
export { createStock, LOW_STOCK, type Reservation, type Stock, type UnsoldUnit } from './service.ts';
export type { Shortfall, StockLine, UnitCounts } from './sql.ts';
