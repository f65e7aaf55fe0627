import { expect, test } from 'vitest';
import { firstLoads, MOST_KIB } from '../../bench/console/first-load.ts';

test(`a browser loads at most ${MOST_KIB} KiB before a screen shows`, async () => {
  const { screens, shell, react } = await firstLoads();
  const sizes = Object.fromEntries([...screens].map(([screen, kib]) => [screen, Math.ceil(kib)]));
  expect(Object.keys(sizes)).toEqual(expect.arrayContaining(['home', 'fleet', 'store', 'backups/store-screen']));
  expect(Object.entries(sizes).filter(([, kib]) => kib > MOST_KIB)).toEqual([]);
  // Each screen is a chunk of its own: the shell brings none of them along.
  expect(shell).toBeLessThan(Math.min(...screens.values()));
  expect(react).toBeLessThan(shell);
});
