export { createCaddyIngress, type Ingress, noIngress } from './caddy.ts';
