export { createGatewayState, TRIAL, TRIAL_TOAST } from './service.ts';
