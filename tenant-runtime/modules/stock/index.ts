export { createStock, type Reservation, type Stock } from './service.ts';
export type { StockLine } from './sql.ts';
