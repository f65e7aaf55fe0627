export { CATEGORY_DESK } from './callbacks.ts';
export { categoryDeskHandlers } from './handlers.ts';
