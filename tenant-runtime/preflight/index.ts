export { rehearsalRoute } from './routes.ts';
