import { clip, type Html, html, lines, plainText } from '../../../bot/html.ts';

/** Lines of one message, and characters of each. */
const MOST = { lines: 20, chars: 150 };

/** What somebody missed, oldest first, folded into one message. */
export function missedNews(news: readonly Html[]): Html {
  const shown = news.slice(-MOST.lines);
  const older = news.length - shown.length;
  return lines(
    html`📬 <b>Selama kamu tidak terhubung</b> ada ${news.length} kabar:`,
    '',
    older > 0 && html`… ${older} kabar yang lebih lama`,
    ...shown.map((text) => html`• ${clip(plainText(text).replace(/\s+/g, ' ').trim(), MOST.chars)}`),
  );
}
