export { createCaddyIngress, type Ingress, noIngress, type WantedRoutes } from './caddy.ts';
export { routesTask } from './routes-task.ts';
