/**
 * Builds the pages into web/dist:  npm run build
 * npm runs it after an installation too, with `--if-possible`: without the packages for it (`npm ci --omit=dev`) there
 * are no pages, and whoever asks for one is told the command.
 */
import { createRequire } from 'node:module';

const ifPossible = process.argv.includes('--if-possible');
const { resolve } = createRequire(import.meta.url);

function isInstalled(name) {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}

if (!['vite', '@vitejs/plugin-react', '@tailwindcss/vite', 'react'].every(isInstalled)) {
  console.log('[web] no pages are built: the packages for it are not installed. `npm ci` installs them.');
  process.exit(ifPossible ? 0 : 1);
}

const { build } = await import('vite');
const { PAGES, pageConfig } = await import('./vite.config.ts');
for (const page of PAGES) await build(pageConfig(page));
console.log(`[web] built: ${PAGES.join(', ')}`);
