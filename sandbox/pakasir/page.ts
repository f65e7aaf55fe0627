import type { FastifyInstance } from 'fastify';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import { escapeHtml } from '../../kernel/html.ts';
import { formatRupiah } from '../../kernel/money.ts';
import type { Pakasir } from './index.ts';
import { PakasirError, type Transaction } from './types.ts';

const address = z.object({ txn: z.string() });
const question = z.looseObject({ redirect: z.string().optional() });

/** The page on which a customer pays, `/pakasir/pay-v2/:txn?redirect=…`: here, with a button instead of a bank. */
export function payPageRoutes(pakasir: Pakasir) {
  const open = (params: unknown): Transaction => {
    const transaction = pakasir.ledger.byTxnId(address.parse(params).txn);
    if (!transaction) throw new PakasirError(404, 'Transaksi tidak ditemukan');
    return transaction;
  };

  return async (app: FastifyInstance) => {
    app.setErrorHandler((error: Error, _request, reply) => {
      const status = error instanceof PakasirError ? error.status : 400;
      return reply
        .code(status)
        .type('text/html; charset=utf-8')
        .send(page('Tagihan tidak ditemukan', '<p>Periksa lagi tautannya.</p>'));
    });
    app.get('/pay-v2/:txn', async (request, reply) => {
      const transaction = open(request.params);
      const { redirect } = question.parse(request.query);
      return reply.type('text/html; charset=utf-8').send(invoice(pakasir, transaction, wayBack(redirect)));
    });
    app.post('/pay-v2/:txn', async (request, reply) => {
      const transaction = open(request.params);
      if (transaction.status === 'pending' && !pakasir.ledger.isExpired(transaction)) pakasir.pay(transaction);
      return reply.redirect(request.url, 303);
    });
  };
}

/** The button back to the shop; an address that a browser would run is none. */
function wayBack(redirect: string | undefined): string {
  if (redirect === undefined || !/^(https?|tg):/i.test(redirect)) return '';
  return `<p><a href="${escapeHtml(redirect)}">Kembali ke halaman merchant</a></p>`;
}

function invoice(pakasir: Pakasir, transaction: Transaction, back: string): string {
  const { orderId, amount, fee, total, qrString, vaNumber, sandbox, status } = transaction;
  const mode = sandbox ? '<p class="note">Mode sandbox: pembayaran ini tanpa uang.</p>' : '';
  const lines = `<dl><dt>Pesanan</dt><dd>${escapeHtml(orderId)}</dd><dt>Harga</dt><dd>${formatRupiah(amount)}</dd>
<dt>Biaya layanan</dt><dd>${formatRupiah(fee)}</dd><dt>Total</dt><dd><b>${formatRupiah(total)}</b></dd></dl>${mode}${back}`;
  if (status === 'completed')
    return page('Pembayaran berhasil', `<p class="ok">✅ Terima kasih! Silakan kembali ke Telegram.</p>${lines}`);
  if (status === 'canceled') return page('Tagihan dibatalkan', `<p>❌ Tagihan ini sudah dibatalkan.</p>${lines}`);
  if (pakasir.ledger.isExpired(transaction))
    return page('Tagihan kedaluwarsa', `<p>⌛ Waktu bayar sudah habis.</p>${lines}`);
  const code =
    qrString === null
      ? `<p>Nomor Virtual Account: <code>${escapeHtml(vaNumber ?? '')}</code></p>`
      : `<div class="qr">${renderSVG(qrString, { ecc: 'M', border: 2 })}</div>`;
  return page(
    qrString === null ? 'Pembayaran Virtual Account' : 'Pembayaran QRIS',
    `${code}${lines}<form method="post"><button>Bayar ${formatRupiah(total)}</button></form>
<p class="note">Ini halaman simulasi: tidak ada uang yang berpindah.</p>`,
  );
}

const page = (title: string, body: string) => `<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:2rem auto;padding:0 1rem;text-align:center}
dl{display:grid;grid-template-columns:1fr 1fr;text-align:left;gap:.25rem}dd{margin:0;text-align:right}
.qr{width:220px;margin:auto}button{font:inherit;width:100%;padding:.75rem;border:0;border-radius:.5rem;background:#0a7d46;color:#fff}
.note{color:#666;font-size:.85rem}.ok{color:#0a7d46}</style></head>
<body><h1>${title}</h1>${body}</body></html>
`;
