import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export type Page = { path: string; text: string };

/** Every page that people read, by its path from the root. */
export const readPages = (): Page[] =>
  globSync(['*.md', 'docs/**/*.md', 'deployments/control-plane/*.md'], { cwd: ROOT })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** Anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

/** What is quoted from a terminal or a chat holds no links. */
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

/** Links of a page to files that do not exist, or to headings that they do not have. */
export function brokenLinks({ path, text }: Page): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
      if (!existsSync(join(ROOT, linked))) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(join(ROOT, linked), 'utf8')).includes(anchor);
    });
}

const PRIVATE_WORDS =
  /\b(?:mend(?:er|s|ed|ing)?|nudge[sd]?|wakers?|surroundings|stand-ins?|put aside|last words|carry-over|desks?|rooms?)\b/gi;

/** Words of a page's prose for which the field, and so the glossary, has others. */
export const privateWords = ({ text }: Page): string[] => withoutCode(text).match(PRIVATE_WORDS) ?? [];

/** Headers of records that are answered by a header of the record they name. */
const ANSWERS = {
  Supersedes: 'Superseded by',
  'Superseded by': 'Supersedes',
  Amends: 'Amended by',
  'Amended by': 'Amends',
} as const;

type Decision = {
  path: string;
  number: string;
  title: string;
  status: string;
  date: string;
  links: Map<string, string[]>;
};

function parseDecision({ path, text }: Page): Decision {
  const [, number = '', title = ''] = /^# (\d{4}): (.+)$/m.exec(text) ?? [];
  const header = new Map(
    [...text.matchAll(/^- ([A-Z][a-z ]+): (.+)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
  const status = header.get('Status') ?? '';
  if (status.startsWith('Superseded by ')) header.set('Superseded by', status);
  const links = new Map(
    Object.keys(ANSWERS).map((key) => [key, [...(header.get(key) ?? '').matchAll(/\d{4}(?=\])/g)].map(([to]) => to)]),
  );
  return { path, number, title, status, date: header.get('Date') ?? '', links };
}

/** What is wrong with decision records and with the index of them, a sentence each. */
export function problemsOfRecords(pages: readonly Page[], index: string): string[] {
  const records = pages.map(parseDecision);
  const problems: string[] = [];
  const ofNumber = new Map(records.map((record) => [record.number, record]));
  if (ofNumber.size < records.length) problems.push('two records have the same number');
  for (const record of records) {
    const { path, number, title, status, date, links } = record;
    const name = basename(path);
    if (name !== `${number}-${slugOf(title)}.md`) problems.push(`${name}: the title is "${number}: ${title}"`);
    if (!/^(Accepted|Superseded by \[\d{4}\]\(.+\))$/.test(status)) problems.push(`${name}: the status is "${status}"`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) problems.push(`${name}: the date is "${date}"`);
    for (const [key, answer] of Object.entries(ANSWERS)) {
      for (const to of links.get(key) ?? []) {
        const answered = ofNumber.get(to)?.links.get(answer)?.includes(number);
        if (!answered) problems.push(`${name}: "${key} ${to}", but ${to} has no "${answer} ${number}"`);
      }
    }
    const shown = status.replace(/\[(\d{4})\]\(.+\)/, '$1');
    if (!index.includes(`| [${number}](${name}) | ${title} | ${shown} | ${date} |`))
      problems.push(`${name}: the index has no row with its title, status and date`);
  }
  const lines = index.split('\n').flatMap((line, at) => (/^\| \[\d{4}\]/.test(line) ? [{ line, at }] : []));
  const isTable = lines.every(
    ({ line, at }, n) => n === 0 || (at === lines[n - 1]!.at + 1 && line > lines[n - 1]!.line),
  );
  if (!isTable) problems.push('the rows of the index are not one table in the order of their numbers');
  return problems;
}
