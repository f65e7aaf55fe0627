import { expect, test } from 'vitest';
import { type Page, problemsOfRecords, readPages } from './pages.ts';

const FOLDER = 'docs/decisions/';

test('every decision has a status and a date, is named after its title, and agrees with the index and the records it changes', () => {
  const pages = readPages().filter(({ path }) => path.startsWith(FOLDER));
  const records = pages.filter(({ path }) => path !== `${FOLDER}README.md`);
  const index = pages.find(({ path }) => path === `${FOLDER}README.md`)?.text ?? '';
  expect(records.length).toBeGreaterThan(30);
  expect(problemsOfRecords(records, index)).toEqual([]);
});

test('a record that supersedes another one which does not say so is found', () => {
  const old = record('0001-use-files.md', '# 0001: Use files', '- Status: Accepted');
  const next = record(
    '0002-use-rows.md',
    '# 0002: Use rows',
    '- Status: Accepted',
    '- Supersedes: [0001](0001-use-files.md)',
  );
  const index = rows(['0001', 'use-files', 'Use files', 'Accepted'], ['0002', 'use-rows', 'Use rows', 'Accepted']);
  expect(problemsOfRecords([old, next], index)).toEqual([
    '0002-use-rows.md: "Supersedes 0001", but 0001 has no "Superseded by 0002"',
  ]);

  const superseded = record(
    '0001-use-files.md',
    '# 0001: Use files',
    '- Status: Superseded by [0002](0002-use-rows.md)',
  );
  const updated = rows(
    ['0001', 'use-files', 'Use files', 'Superseded by 0002'],
    ['0002', 'use-rows', 'Use rows', 'Accepted'],
  );
  expect(problemsOfRecords([superseded, next], updated)).toEqual([]);
});

test('a record whose status, date or file name is missing or wrong is found', () => {
  const page = { path: `${FOLDER}0001-files.md`, text: '# 0001: Use files\n\n- Status: Done\n\nText.\n' };
  expect(problemsOfRecords([page], '')).toEqual([
    '0001-files.md: the title is "0001: Use files"',
    '0001-files.md: the status is "Done"',
    '0001-files.md: the date is ""',
    '0001-files.md: the index has no row with its title, status and date',
  ]);
});

test('rows of the index that stand below its table, or in another order, are found', () => {
  const fault = 'the rows of the index are not one table in the order of their numbers';
  const first = '| [0001](0001-use-files.md) | Use files | Accepted | 2026-01-01 |';
  const second = '| [0002](0002-use-rows.md) | Use rows | Accepted | 2026-01-01 |';
  expect(problemsOfRecords([], [first, second].join('\n'))).toEqual([]);
  expect(problemsOfRecords([], [second, first].join('\n'))).toEqual([fault]);
  expect(problemsOfRecords([], [first, '', '## Writing a record', second].join('\n'))).toEqual([fault]);
});

function record(name: string, title: string, ...header: string[]): Page {
  return { path: FOLDER + name, text: [title, '', ...header, '- Date: 2026-01-01', '', 'Text.', ''].join('\n') };
}

function rows(...records: [number: string, slug: string, title: string, status: string][]): string {
  return records
    .map(([number, slug, title, status]) => `| [${number}](${number}-${slug}.md) | ${title} | ${status} | 2026-01-01 |`)
    .join('\n');
}
