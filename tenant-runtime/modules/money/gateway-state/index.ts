export { TRIAL, TRIAL_TOAST } from './copy.ts';
export { createGatewayState, type GatewayState } from './service.ts';
