/** HTML that Telegram may parse: every value that a person typed was escaped on its way in. */
export type Html = string & { readonly html: unique symbol };

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

export function escapeHtml(text: string): Html {
  return text.replace(/[<>&"]/g, (char) => ENTITIES[char] ?? char) as Html;
}

/** Marks a text of ours as HTML. Never for anything that a person typed. */
export const rawHtml = (text: string): Html => text as Html;

type Value = string | number | Html | Raw;
class Raw {
  readonly value: Html;
  constructor(value: Html) {
    this.value = value;
  }
}

/** Puts HTML into a template unescaped: ``html`${keep(list)}` ``. */
export const keep = (value: Html): Raw => new Raw(value);

/** A template whose values are escaped, unless they are wrapped in `keep`. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += value instanceof Raw ? value.value : escapeHtml(String(value));
    text += parts[index + 1] ?? '';
  });
  return text as Html;
}

/** Joins pieces with a line break. Falsy pieces are left out. */
export function lines(...pieces: (Html | '' | undefined | false)[]): Html {
  return pieces.filter((piece) => piece !== undefined && piece !== false).join('\n') as Html;
}

/** Characters as Telegram counts them: UTF-16 units after entity parsing. */
export function visibleLength(text: Html): number {
  return text.replace(/<[^>]*>/g, '').replace(/&(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);/gi, '.').length;
}

/** The longest text and caption that Telegram takes, in characters after entity parsing. */
export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

/** Cuts plain text to `max` characters with an ellipsis, never through a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - 1;
  const splitsPair = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}
