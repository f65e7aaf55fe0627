export { DEPOSIT_DESK } from './callbacks.ts';
export { reviewKeyboard } from './copy.ts';
export { depositDeskHandlers } from './handlers.ts';
