export { BOM, csvLine } from './csv.ts';
export { EXPORTS, exportHandlers } from './handlers.ts';
export { createExports } from './service.ts';
