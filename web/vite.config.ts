import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { InlineConfig } from 'vite';

/** The pages; each is a folder here and in `dist`. */
export const PAGES = ['phones', 'console'] as const;

/** Where a page is served; the phones stand at the root of the sandbox. */
const BASES: Record<(typeof PAGES)[number], string> = { phones: '/', console: '/console/' };

/** @param page the folder that holds its index.html */
export const pageConfig = (page: (typeof PAGES)[number]): InlineConfig => ({
  root: join(import.meta.dirname, page),
  configFile: false,
  base: BASES[page],
  plugins: [react(), tailwindcss()],
  // Whatever NODE_ENV says where it is built: React has another, larger half for its developers.
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warn',
  build: {
    outDir: join(import.meta.dirname, 'dist', page),
    emptyOutDir: true,
    // The pages' policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
