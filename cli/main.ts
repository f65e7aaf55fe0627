#!/usr/bin/env node
import { forgetPostgresVariables } from '../kernel/postgres-variables.ts';
import { main } from './run.ts';

forgetPostgresVariables();

await main(process.argv);
