import { type Html, html, lines, MAX_CAPTION } from '../../bot/html.ts';
import { arrivesAsItIs, fits, HEADER_ENTITIES, pack, type Weight, weigh } from '../../bot/weight.ts';

export type Goods = { product: string; contents: readonly string[] };

/** How goods reach the chat: as one or a few messages, or as a text file under a caption. */
export type Composition = { kind: 'messages'; bodies: Html[] } | { kind: 'file'; caption: Html; text: string };

/** The header may be this long; the goods are split as if it always were, so that a changed header moves none of them. */
export const MAX_HEADER: Weight = { chars: MAX_CAPTION, entities: HEADER_ENTITIES, entityBytes: 2000, raw: 8000 };
/** Telegram marks links and numbers in the header by itself; those count among the tags. */
const RESERVED: Weight = { ...MAX_HEADER, entities: HEADER_ENTITIES + 20 };
const MOST_MESSAGES = 3;

/** Lays out what was bought. The same goods give the same parts, however often a delivery is begun again. */
export function compose(wished: Html, goods: readonly Goods[]): Composition {
  const header = fits(weigh(wished), MAX_HEADER) ? wished : html`🎉 <b>Pembayaran Berhasil</b>`;
  const blocks = goods.flatMap(({ product, contents }) =>
    contents.map((content, index) => (index === 0 ? lines(html`<b>${product}</b>`, pre(content)) : pre(content))),
  );
  const whole = goods.every(({ contents }) => contents.every(arrivesAsItIs));
  const parts = whole ? pack(blocks, RESERVED) : undefined;
  if (parts && parts.length <= MOST_MESSAGES) {
    return { kind: 'messages', bodies: parts.map((part, index) => (index === 0 ? lines(header, '', part) : part)) };
  }
  return { kind: 'file', caption: header, text: goods.map(asText).join('\n\n') };
}

const pre = (content: string): Html => html`<pre>${content}</pre>`;

function asText({ product, contents }: Goods): string {
  return [`=== ${product} ===`, ...contents].join('\n');
}
