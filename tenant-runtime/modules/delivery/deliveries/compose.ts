import { clip, type Html, html, lines, MAX_CAPTION, visibleLength } from '../../../bot/html.ts';
import { arrivesAsItIs, fits, HEADER_ENTITIES, pack, type Weight, weigh } from '../../../bot/weight.ts';
import type { GoodsFile } from '../../shop/stock/index.ts';

export type Goods = { product: string; contents: readonly string[] };

/** How goods reach the chat: as one or a few messages, or as a text file under a caption. */
export type Composition = { kind: 'messages'; bodies: Html[] } | { kind: 'file'; caption: Html; text: string };

/** The header may be this long; the goods are split as if it always were, so that a changed header moves none of them. */
const MAX_HEADER: Weight = { chars: MAX_CAPTION, entities: HEADER_ENTITIES, entityBytes: 2000, raw: 8000 };
/** Telegram marks links and numbers in the header by itself; those count among the tags. */
const RESERVED: Weight = { ...MAX_HEADER, entities: HEADER_ENTITIES + 20 };
const MOST_MESSAGES = 3;

/** The longest text that a button copies. */
const MAX_COPIED = 256;

/** What a button below the goods copies: a delivery of one short unit. */
export function copyable(goods: readonly Goods[]): string | undefined {
  const [only, another] = goods.flatMap(({ contents }) => contents);
  return only !== undefined && another === undefined && only.length <= MAX_COPIED ? only : undefined;
}

/**
 * Lays out what was bought. The same goods give the same parts, however often a delivery is begun again. `hidden`, each
 * unit is covered until it is tapped.
 */
export function compose(wished: Html, goods: readonly Goods[], hidden = false): Composition {
  const header = fits(weigh(wished), MAX_HEADER) ? wished : html`🎉 <b>Pembayaran Berhasil</b>`;
  const shown = hidden ? covered : pre;
  const blocks = goods.flatMap(({ product, contents }) =>
    contents.map((content, index) => (index === 0 ? lines(html`<b>${product}</b>`, shown(content)) : shown(content))),
  );
  const whole = goods.every(({ contents }) => contents.every(arrivesAsItIs));
  const parts = whole ? pack(blocks, RESERVED) : undefined;
  if (parts && parts.length <= MOST_MESSAGES) {
    return {
      kind: 'messages',
      bodies: parts.map((part, index) => (index > 0 ? part : part ? lines(header, '', part) : header)),
    };
  }
  return { kind: 'file', caption: header, text: goods.map(asText).join('\n\n') };
}

/** The caption of a file that was bought: the name of the product gives way to a long caption of the seller's. */
export function captionOf(product: string, { caption }: Pick<GoodsFile, 'caption'>): Html {
  const name = html`<b>${clip(product, 200)}</b>`;
  if (caption === null) return name;
  const both = lines(name, html`${caption}`);
  return visibleLength(both) <= MAX_CAPTION ? both : html`${clip(caption, MAX_CAPTION)}`;
}

const pre = (content: string): Html => html`<pre>${content}</pre>`;

/** Telegram covers no text that is marked as code: what is covered is plain. */
const covered = (content: string): Html => html`<tg-spoiler>${content}</tg-spoiler>`;

function asText({ product, contents }: Goods): string {
  return [`=== ${product} ===`, ...contents].join('\n');
}
