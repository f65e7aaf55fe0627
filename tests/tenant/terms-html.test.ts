import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, MAX_CAPTION, MAX_TEXT, type rawHtml, visibleLength } from '../../tenant-runtime/bot/html.ts';
import {
  confirmDelete,
  productDetail,
  proofDetail,
  proofList,
} from '../../tenant-runtime/modules/shop/terms/admin/copy.ts';
import { proofNotice, sentBefore, termsMessage, withProof } from '../../tenant-runtime/modules/shop/terms/copy.ts';
import { EVIDENCE_LIMITS } from '../../tenant-runtime/modules/shop/terms/evidence.ts';
import type { Proof } from '../../tenant-runtime/modules/shop/terms/index.ts';
import { PROOF_KINDS } from '../../tenant-runtime/modules/shop/terms/schema.ts';
import { markupProblem } from '../../tenant-runtime/modules/staff/templates/markup.ts';

/** Texts of up to that length, often of just that length, that are all markup until they are escaped. */
const wild = (max: number) =>
  fc
    .tuple(fc.constantFrom('<', '&', '"b>', '&lt;', '😀', 'x'), fc.oneof(fc.constant(max), fc.nat({ max })))
    .map(([unit, length]) => unit.repeat(length).slice(0, length));

const proofs: fc.Arbitrary<Proof> = fc
  .record({
    kind: fc.constantFrom(...PROOF_KINDS),
    text: wild(EVIDENCE_LIMITS.text),
    name: wild(64),
    product: wild(100),
  })
  .map(({ kind, text, name, product }) => ({
    id: 1,
    orderId: 1,
    productId: 1,
    kind,
    revision: 99,
    sentAt: new Date(0),
    ref: `tg${'9'.repeat(15)}-${'x'.repeat(10)}`,
    product,
    userId: 999_999_999_999_999,
    firstName: name,
    lastName: name,
    displayName: null,
    username: 'u'.repeat(32),
    evidence: { kind, text: kind === 'text' ? text : text.slice(0, EVIDENCE_LIMITS.caption) },
  }));

const time = () => '22 November 2026, 14.05';

function taken(text: ReturnType<typeof rawHtml>, max: number): void {
  expect(markupProblem(text)).toBeUndefined();
  expect(visibleLength(text)).toBeLessThanOrEqual(max);
}

test('terms of any length below a header of any length make one message that Telegram takes', () => {
  fc.assert(
    fc.property(wild(MAX_TEXT), wild(100), wild(MAX_TEXT), (header, name, terms) => {
      const text = termsMessage(html`${header}`, name, terms);
      taken(text, MAX_TEXT);
      if (terms.length <= 3000) expect(text.endsWith(html`${terms}`)).toBe(true);
    }),
  );
});

test('any proof fits uncut into the screens of customers, admins and the review', () => {
  fc.assert(
    fc.property(proofs, (proof) => {
      const max = proof.kind === 'text' ? MAX_TEXT : MAX_CAPTION;
      const { evidence, product, ref } = proof;
      const customer = { ...proof, id: proof.userId, blocked: false };
      const notice = proofNotice(
        customer,
        { orderId: 1, productId: 1, ref, name: product, terms: 'x' },
        evidence,
        true,
      );
      for (const text of [
        withProof(notice, evidence),
        sentBefore(product, time(), evidence),
        proofDetail(proof, time),
      ]) {
        taken(text, max);
        expect(text).toContain(html`${evidence.text}`);
      }
    }),
  );
});

test('any product and any list of proofs fit into an admin screen', () => {
  fc.assert(
    fc.property(proofs, wild(100), wild(5000), (proof, name, terms) => {
      const product = { id: 1, code: 'k'.repeat(32), name, terms, changedAt: new Date(0), proofs: 99 };
      taken(productDetail(product), MAX_TEXT - 200);
      taken(confirmDelete(product), MAX_TEXT);
      taken(proofList({ items: Array(5).fill(proof), page: 0, pages: 9 }, name, time), MAX_TEXT);
    }),
  );
});
