import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ApiKeyCreated, KeyScope } from '../../../control-plane/api/contract/index.ts';
import type { TestPlane } from '../../control-plane/support/plane.ts';
import { fillTenants } from '../../control-plane/support/rows.ts';
import { DESK, expectAccessible, expectNoSideways, HAND, type Looked, look, type Screen } from '../browser.ts';

const PICTURES = join(import.meta.dirname, '..', '..', '..', 'docs', 'console');
const DAY_MS = 86_400_000;

/** A key of its own for a test. */
export async function newKey(plane: TestPlane, scope: KeyScope): Promise<ApiKeyCreated> {
  const body = { name: `konsol-${scope}`, scope };
  return (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', body)).body;
}

export const keyOf = async (plane: TestPlane, scope: KeyScope): Promise<string> => (await newKey(plane, scope)).key;

/** The console at a path, signed in as people do it; in Indonesian, as the browser of these tests asks for it. */
export async function openConsole(
  plane: TestPlane,
  path: string,
  { key = plane.api.key ?? '', screen = DESK }: { key?: string; screen?: Screen } = {},
): Promise<Looked> {
  const looked = await lookAt(`${plane.url}/console${path}`, screen);
  await signIn(looked.page, key);
  return looked;
}

/**
 * A page of the console before anybody signs in. Chromium writes down every answer that is a refusal, also those that are
 * meant; what scripts and the page's policy complain of stays.
 */
export const lookAt = (url: string, screen?: Screen): Promise<Looked> =>
  look(url, screen, (text) => text.startsWith('Failed to load resource'));

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Kunci API').fill(key);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  // The navigation is behind a button on a phone.
  await page.locator('main#content h1').first().waitFor();
}

/**
 * The screen of this title is shown. The form that leads to a screen has a heading too, and may stay for a moment: only the
 * screen's own is of the first level.
 */
export const title = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

/** axe, both colours, no sideways scrolling, and with UPDATE_DOCS a picture of what is seen. */
export async function expectGood(page: Page, name: string, screen: Screen): Promise<void> {
  await expectAccessible(page, screen);
  await expectNoSideways(page);
  if (process.env.UPDATE_DOCS === 'true') {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${screen === DESK ? 'wide' : 'narrow'}.png`) });
  }
}

/** Nothing is wrong with a screen on a desk in daylight and in a hand at night. */
export async function expectFineScreen(
  plane: TestPlane,
  path: string,
  name: string,
  settled: (page: Page) => Promise<unknown>,
): Promise<void> {
  for (const screen of [DESK, HAND]) {
    const { page, context, complaints } = await openConsole(plane, path, { screen });
    await settled(page);
    await expectGood(page, name, screen);
    expect(complaints).toEqual([]);
    await context.close();
  }
}

const NAMES = ['Warung Budi', 'Premium Murah', 'Akun Sultan 🛍', 'Toko Serba Ada Nusantara Jaya Abadi Sentosa Makmur'];

/** Stores in every state that were opened long ago; nothing runs for them. */
export async function fillFleet(plane: TestPlane, count: number): Promise<void> {
  const now = Date.now();
  const at = (days: number) => new Date(now + days * DAY_MS);
  await fillTenants(plane.db, count, (n) => {
    const state = n % 23 === 7 ? 'failed' : n % 17 === 5 ? 'degraded' : n % 11 === 3 ? 'suspended' : 'running';
    return {
      store: `toko-${String(n).padStart(5, '0')}`,
      store_name: `${NAMES[n % NAMES.length]} ${n}`,
      state,
      reason: state === 'failed' ? 'Its database does not answer: connection refused.' : null,
      desired_state: state === 'suspended' ? 'suspended' : 'stopped',
      image: n % 5 === 0 ? 'registry.example.com/lapak/tenant-runtime:1.3.0' : 'lapak/tenant-runtime:1.2.0',
      paid_until: [null, at(-1), at(3), at(30), at(90)][n % 5] ?? null,
      created_at: at(-(n % 60)),
      updated_at: at(-(n % 7)),
    };
  });
}
