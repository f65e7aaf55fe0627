export { createFleetFeed, type FleetFeed } from './feed.ts';
export { feedRoutes } from './routes.ts';
