export { type Change, type Configuration, createConfiguration } from './service.ts';
