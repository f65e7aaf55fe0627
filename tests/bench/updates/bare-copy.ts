/** What the bare bot answers: the words and keyboards of the store, put together the short way. */
type Button = { text: string; callback_data: string };
export type Answer = { text: string; reply_markup: unknown };

const rupiah = (amount: string) => `Rp${amount.replace(/\B(?=(\d{3})+(?!\d))/g, '.')}`;
const escaped = (text: string) =>
  text.replace(/[<>&"]/g, (char) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[char] ?? '&quot;');
const inline = (inline_keyboard: Button[][]) => ({ inline_keyboard });
const HOME = { text: '⬅️ Kembali ke Menu Utama', callback_data: 'usr:home' };

export const menu: Answer = {
  text: 'Menu toko siap di bawah 👇',
  reply_markup: {
    keyboard: [
      [{ text: '🛍 Semua Produk' }, { text: '🏷 Cek Stok' }],
      [{ text: '💰 Deposit' }, { text: 'ℹ️ Informasi' }],
      [{ text: '📘 Cara Order' }],
    ],
    resize_keyboard: true,
    is_persistent: true,
  },
};

export function welcome(
  name: string,
  totals: { users: string; transactions: string },
  categories: { id: string; name: string }[],
): Answer {
  const rows: Button[][] = [
    [
      { text: '📋 INFORMASI', callback_data: 'usr:info' },
      { text: '📖 Cara Order', callback_data: 'usr:howto' },
    ],
  ];
  categories.forEach((category, index) => {
    if (index % 2 === 0) rows.push([]);
    rows.at(-1)?.push({ text: `🏷 ${category.name}`, callback_data: `cat:list:0:${category.id}` });
  });
  return {
    text: `👋 Halo, <b>${escaped(name)}</b>! Selamat datang di <b>Toko Bench</b>.

👥 Pengguna: <b>${Number(totals.users).toLocaleString('id-ID')}</b>
🧾 Transaksi selesai: <b>${Number(totals.transactions).toLocaleString('id-ID')}</b>

Mau belanja apa hari ini? Pilih lewat menu di bawah ya 🛍`,
    reply_markup: inline(rows),
  };
}

export type Listed = Record<'id' | 'position' | 'total' | 'name' | 'price' | 'sold' | 'category' | 'available', string>;

export function productList(items: Listed[]): Answer {
  const numbers = items.map((item) => ({ text: item.position, callback_data: `cat:product:${item.id}:1:0:0` }));
  const lines = items.map(
    (item) => `
<b>${item.position}. ${escaped(item.name)}</b>
💰 ${rupiah(item.price)} · 📦 Stok: ${item.available} tersedia · 🔥 Terjual: ${item.sold}
🏷 ${escaped(item.category)}`,
  );
  const pages = Math.ceil(Number(items[0]?.total) / 5);
  return {
    text: [
      `🛍 <b>Semua Produk</b> (halaman 1 dari ${pages})`,
      ...lines,
      '\nTekan atau ketik nomor produk untuk melihatnya 👇',
      '🔎 Cari produk tertentu? Ketik /cari',
    ].join('\n'),
    reply_markup: inline([numbers, [{ text: '➡️', callback_data: 'cat:list:1:0' }], [HOME]]),
  };
}

export type Line = { productId: string; name: string; price: string; quantity: number };

export function cart(items: Line[]): Answer {
  const total = items.reduce((sum, line) => sum + Number(line.price) * line.quantity, 0);
  const lines = items.map(
    (line, index) => `${index + 1}. <b>${escaped(line.name)}</b>
   ${line.quantity} × ${rupiah(line.price)} = ${rupiah(String(line.quantity * Number(line.price)))}`,
  );
  return {
    text: [
      '🧺 <b>Keranjang Belanja</b>',
      '',
      ...lines,
      '',
      `Subtotal: ${rupiah(String(total))}`,
      `Total: <b>${rupiah(String(total))}</b>`,
      '',
      '<i>Ubah jumlah dengan ➖ ➕, hapus dengan 🗑, sesuai nomornya.</i>',
      '<i>Biaya layanan pembayaran dihitung di langkah berikutnya.</i>',
    ].join('\n'),
    reply_markup: inline([
      ...items.map(({ productId }, index) => [
        { text: `➖ ${index + 1}`, callback_data: `cart:step:${productId}:-1:0` },
        { text: `➕ ${index + 1}`, callback_data: `cart:step:${productId}:1:0` },
        { text: `🗑 ${index + 1}`, callback_data: `cart:drop:${productId}:0` },
      ]),
      [],
      [{ text: '🎟️ Gunakan Kupon', callback_data: 'cart:coupon' }],
      [{ text: '💳 Lanjut ke Pembayaran', callback_data: 'pay:choose' }],
      [{ text: '🛍 Tambah Produk Lain', callback_data: 'cat:list:0:0' }],
      [{ text: '❌ Batal', callback_data: 'cart:clear' }],
    ]),
  };
}
