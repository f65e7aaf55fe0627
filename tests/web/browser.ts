import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, expect, onTestFinished } from 'vitest';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

export type Screen = { width: number; colorScheme: 'light' | 'dark' };

export const DESK: Screen = { width: 1440, colorScheme: 'light' };
export const HAND: Screen = { width: 360, colorScheme: 'dark' };

export type Looked = { page: Page; context: BrowserContext; complaints: string[] };

/**
 * Opens a page in Chromium, one browser for a file, until the test ends: a page that stays keeps its streams, of which
 * a key has few. Whatever the page complains of, errors and refusals of its own policy, is collected, but for what is
 * meant to happen.
 */
export async function look(url: string, screen: Screen = DESK, isMeant = (_text: string) => false): Promise<Looked> {
  browser ??= chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await (await browser).newContext({
    viewport: { width: screen.width, height: 860 },
    colorScheme: screen.colorScheme,
    locale: 'id-ID',
  });
  onTestFinished(() => context.close());
  // As everywhere in these tests: a limit ends what hangs, and judges nothing.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isMeant(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, context, complaints };
}

/** axe finds nothing wrong with the page as it is now, nor with its contrast in the other colour scheme. */
export async function expectAccessible(page: Page, screen: Screen): Promise<void> {
  await expectNoViolation(page);
  await page.emulateMedia({ colorScheme: screen.colorScheme === 'dark' ? 'light' : 'dark' });
  await expectNoViolation(page, ['color-contrast']);
  await page.emulateMedia({ colorScheme: screen.colorScheme });
}

async function expectNoViolation(page: Page, rules?: string[]): Promise<void> {
  // Evaluated, not added as a script: the page's policy takes no script from elsewhere.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const options = rules ? { runOnly: rules } : {};
  const found = await page.evaluate(async (chosen) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(chosen);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  }, options);
  expect(found).toEqual([]);
}

/** Nothing is wider than the screen: no page is scrolled sideways. */
export async function expectNoSideways(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(content).toBeLessThanOrEqual(screen);
}
