import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ApiKeyCreated, KeyScope } from '../../../control-plane/api/contract/index.ts';
import type { TestPlane } from '../../control-plane/support/plane.ts';
import { DESK, expectAccessible, expectNoSideways, HAND, type Looked, look, type Screen } from '../browser.ts';

const PICTURES = join(import.meta.dirname, '..', '..', '..', 'docs', 'console');

/** A key of a scope, for a test of its own. */
export async function keyOf(plane: TestPlane, scope: KeyScope): Promise<string> {
  const { body } = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: `a ${scope}`, scope });
  return body.key;
}

/** The console at a path, signed in as people do it; in Indonesian, as the browser of these tests asks for it. */
export async function openConsole(
  plane: TestPlane,
  path: string,
  { key = plane.api.key ?? '', screen = DESK }: { key?: string; screen?: Screen } = {},
): Promise<Looked> {
  const looked = await look(`${plane.url}/console${path}`, screen);
  await looked.page.getByLabel('Kunci API').fill(key);
  await looked.page.getByRole('button', { name: 'Masuk' }).click();
  await looked.page.locator('main#content h1').first().waitFor();
  // Chromium writes down every answer that is a refusal, also those that are meant; what scripts complain of stays.
  const told = looked.complaints;
  return {
    ...looked,
    get complaints() {
      return told.filter((text) => !text.startsWith('Failed to load resource'));
    },
  };
}

/** Nothing is wrong with a screen on a desk in daylight and in a hand at night; pictures of both where they are asked for. */
export async function expectFineScreen(
  plane: TestPlane,
  path: string,
  name: string,
  settled: (page: Page) => Promise<unknown>,
): Promise<void> {
  for (const [screen, width] of [
    [DESK, 'wide'],
    [HAND, 'narrow'],
  ] as const) {
    const { page, context, complaints } = await openConsole(plane, path, { screen });
    await settled(page);
    await expectAccessible(page, screen);
    await expectNoSideways(page);
    expect(complaints).toEqual([]);
    if (process.env.UPDATE_DOCS === 'true') {
      await mkdir(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`) });
    }
    await context.close();
  }
}
