import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenLinks, type Page, privateWords, ROOT, readPages } from './pages.ts';

const pages = readPages();
const textOf = (path: string) => pages.find((page) => page.path === path)?.text ?? '';

test('every link between the pages leads to a file and a heading that exist', () => {
  const broken = pages.flatMap((page) => brokenLinks(page).map((link) => `${page.path}: ${link}`));
  expect(broken).toEqual([]);
});

test('a link to a file or a heading that does not exist is found', () => {
  const page: Page = {
    path: 'docs/page.md',
    text: '[a](nowhere.md) [b](operations.md#nowhere) [c](operations.md#full-disk) [d](https://example.com) `[e](code.md)`',
  };
  expect(brokenLinks(page)).toEqual(['nowhere.md', 'operations.md#nowhere']);
});

test('the pages use the words of the glossary, not those it replaced', () => {
  // The transcripts quote the bot.
  const written = pages.filter(({ path }) => !/^docs\/an?-.*-day\.md$/.test(path) && !path.startsWith('deployments/'));
  expect(written.flatMap((page) => privateWords(page).map((word) => `${page.path}: ${word}`))).toEqual([]);
  const page: Page = { path: 'docs/page.md', text: 'The mender nudges\nthe order desk, a stand-in. `mender.ts`' };
  expect(privateWords(page)).toEqual(['mender', 'nudges', 'desk', 'stand-in']);
});

test('every file and folder that docs/architecture.md names exists', () => {
  const named = [...textOf('docs/architecture.md').matchAll(/`([\w.-]+(?:\/[\w.-]*)+)`/g)].map(([, path = '']) => path);
  const files = globSync('{cli,control-plane,kernel,migrations,sandbox,tenant-runtime,tests,web}/**', {
    cwd: ROOT,
  }).map((path) => `/${path}`);
  const exists = (path: string) => files.some((file) => file.endsWith(`/${path.replace(/\/$/, '')}`));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !exists(path))).toEqual([]);
});

test('the glossary is sorted, defines each word once, and names folders that exist', () => {
  const rows = [...textOf('docs/glossary.md').matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
    .map(([, word = '', , place = '']) => ({ word, place }))
    .filter(({ word }) => word !== 'word' && !word.startsWith('---'));
  const words = rows.map(({ word }) => word.toLowerCase());
  expect(words.length).toBeGreaterThan(30);
  expect(words).toEqual([...new Set(words)].sort());
  const places = rows.flatMap(({ place }) => [...place.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path));
  expect(places.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
