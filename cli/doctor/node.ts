import { broken, type Check, ok } from './check.ts';

const WANTED = 24;

export const nodeCheck: Check = {
  name: 'Node',
  async look() {
    const major = Number(process.versions.node.split('.')[0]);
    if (major >= WANTED) return ok(`${process.version} (${process.execPath})`);
    return broken(
      `${process.version}, but TypeScript runs as it is from ${WANTED} on`,
      'Run "npm ci": it installs one for Lapak.',
    );
  },
};
