import { expect, test } from 'vitest';
import { failed, ok, warning } from '../../control-plane/monitoring/preflight/findings.ts';
import { findingText, sentencesOf } from '../../control-plane/monitoring/preflight/messages.ts';
import { linesOf, renderReport } from '../../control-plane/monitoring/preflight/report.ts';
import { scrubTexts } from '../../control-plane/platform/secrets/index.ts';

const SECRET = 'kunci-rahasia-toko';
const missing = (reason: string) => failed({ kind: 'updates_missing', reason });

test('what a store says of itself is kept without what a database or a terminal would trip over', () => {
  expect(scrubTexts(missing('a\u0000b\u001b[2Jc'), [], 1_000)).toEqual(missing('a\ufffdb\ufffd[2Jc'));
});

test('no part of a secret is left where it is cut', () => {
  const kept = JSON.stringify(scrubTexts(missing(`${'x'.repeat(995)}${SECRET}`), [SECRET], 1_000));
  expect(kept).not.toContain(SECRET.slice(0, 5));
  expect(scrubTexts(missing(`${SECRET} ${'x'.repeat(995)}`), [SECRET], 10)).toEqual(missing('[redacted]'));
});

test('a secret that is a word of ours leaves what a finding is', () => {
  const finding = warning({ kind: 'loads_omitted', omitted: [{ kind: 'unknown', of: 'memory', seen: null }] });
  expect(scrubTexts(finding, ['memory', 'loads_omitted', 'warning'], 1_000)).toEqual(finding);
});

test('a finding is told with its result first, and with a remedy where there is one to tell', () => {
  expect(findingText('updates', missing('polls are not answered'))).toBe(
    'failed: polls are not answered To fix: Read its log: lapak tenant logs.',
  );
  expect(findingText('token', ok({ kind: 'own_token', username: 'warung_bot' }))).toBe(
    'ok: Telegram knows it as @warung_bot, the bot of this store',
  );
  const fault = failed({ kind: 'fault', message: 'The disk is full.', code: 'STORAGE_FULL' });
  expect(sentencesOf('backup', fault)).toEqual({
    found: 'The disk is full. (STORAGE_FULL)',
    remedy: 'Look at the disk and at lapak doctor, then: lapak backup create.',
  });
  const order = { kind: 'played_before' } as const;
  expect(sentencesOf('unpaid payment', ok({ kind: 'invoice_ended', amount: 500, order }))).not.toHaveProperty('remedy');
});

test('the report is made of the data of the steps', () => {
  const times = { started_at: null, finished_at: null };
  const step = { state: 'succeeded', detail: null, error: null, ...times, process_ends: 0 } as const;
  const lines = linesOf({
    steps: [
      { ...step, name: 'kill', data: ok({ kind: 'killed', seconds: 3, deliveries: 1, messages: 0 }) },
      { ...step, name: 'updates', data: missing('a | b') },
      { ...step, name: 'report', data: null },
    ],
  });
  expect(renderReport('warung', 'op1', 'now', lines)).toContain(
    '1 ok, 0 warning, 1 failed, 0 left out.\n\n| what | result | found | to fix |\n| --- | --- | --- | --- |\n| kill | ok | killed',
  );
  expect(renderReport('warung', 'op1', 'now', lines)).toContain('| updates | failed | a \\| b | Read its log');
});
