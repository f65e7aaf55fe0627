export { createGatewayState, type GatewayState, TRIAL, TRIAL_TOAST } from './service.ts';
