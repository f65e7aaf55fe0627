export { TEMPLATE_DESK } from './callbacks.ts';
export { templateDeskHandlers } from './handlers.ts';
