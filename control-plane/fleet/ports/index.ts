export { createPorts, type Ports } from './service.ts';
