#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiling takes half of the time of a short command. The cache lies with the installation, where only its owner writes.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'lapak-cli'));

const { main } = await import('./run.ts');
await main(process.argv);
