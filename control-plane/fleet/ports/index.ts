export { createPorts, type PortPair, type Ports } from './service.ts';
