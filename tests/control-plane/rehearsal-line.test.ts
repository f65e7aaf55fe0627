import { expect, test } from 'vitest';
import { detailOf, findingOf, ok, warning } from '../../control-plane/monitoring/preflight/check.ts';

const SECRET = 'kunci-rahasia-toko';

test('what a store says of itself is kept without what a database or a terminal would trip over', () => {
  expect(detailOf(ok('a\u0000b\u001b[2Jc'), [])).toBe('ok: a\ufffdb\ufffd[2Jc');
});

test('no part of a secret is left where it is cut', () => {
  const detail = detailOf(ok(`${'x'.repeat(995)}${SECRET}`), [SECRET]);
  expect(detail).not.toContain(SECRET.slice(0, 5));
  expect(detail.length).toBeLessThan(1010);
});

test('a detail tells its finding', () => {
  const finding = warning('the webhook is slow', 'Look at Caddy.');
  expect(findingOf(detailOf(finding, [SECRET]))).toEqual(finding);
});
