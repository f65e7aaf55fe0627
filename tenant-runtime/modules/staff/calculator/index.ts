export { CALCULATOR } from './callbacks.ts';
export { calculatorSection } from './configuration-section.ts';
export { calculatorHandlers } from './handlers.ts';
export { createCalculator } from './service.ts';
