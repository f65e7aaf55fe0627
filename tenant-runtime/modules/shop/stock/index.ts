export { howToSend, intakeProblem, restockReport } from './copy.ts';
export { type Content, type FileKind, fileOf, type GoodsFile, type Unit } from './files.ts';
export { INTAKE_LIMITS, type Intake, linesWithoutMark, listFile, readIntake, unitsOfText } from './intake.ts';
export { createStock, type Stock, type UnsoldUnit } from './service.ts';
export type { Shortfall, UnitCounts } from './sql.ts';
