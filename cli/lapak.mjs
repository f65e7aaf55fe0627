#!/usr/bin/env node
// Plain JavaScript that Node 20 can read: it hands over to a Node that runs TypeScript as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WANTED = 24;
const self = fileURLToPath(import.meta.url);
const folder = dirname(self);

if (Number(process.versions.node.split('.')[0]) >= WANTED) {
  // Half of the time of a short command is compiling, and loading what strips the types: neither is done twice. The cache lies
  // with the installation, where only its owner writes.
  module.enableCompileCache(join(folder, '..', 'node_modules', '.cache', 'lapak-cli'));
  await import('./main.ts');
} else {
  const pinned = pinnedNode();
  if (pinned) handOver(pinned);
  else {
    process.stderr.write(
      `lapak needs Node ${WANTED} or newer; this is ${process.version}, and the Node that Lapak brings along is not installed.\n` +
        'Run "npm ci" in the folder of Lapak (it installs one just for Lapak), or install Node 24 from https://nodejs.org.\n',
    );
    process.exitCode = 1;
  }
}

function pinnedNode() {
  try {
    const root = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function handOver(node) {
  const child = spawn(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both of us: the child decides what it means, and we end as it ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`lapak could not start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
