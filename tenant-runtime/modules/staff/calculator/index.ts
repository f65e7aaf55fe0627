export { CALCULATOR } from './callbacks.ts';
export { calculatorHandlers } from './handlers.ts';
export { calculatorSection } from './section.ts';
export { type Calculator, createCalculator } from './service.ts';
