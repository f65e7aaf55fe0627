export { expectFineScreen, keyOf, openConsole } from './support.ts';
