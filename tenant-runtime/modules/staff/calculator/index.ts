export { CALCULATOR } from './callbacks.ts';
export { calculatorHandlers } from './handlers.ts';
export { calculatorPart } from './part.ts';
export { type Calculator, createCalculator } from './service.ts';
