import { describe, expect, test } from 'vitest';
import { parseHtml } from '../../sandbox/telegram/html.ts';

const complaint = (html: string) => {
  try {
    parseHtml(html);
  } catch (error) {
    return (error as Error).message.replace("Bad Request: can't parse entities: ", '');
  }
  return 'accepted';
};

describe('HTML that Telegram takes', () => {
  test.each([
    ['plain', 'plain', []],
    ['<b>x</b>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
    ['<STRONG>x</strong>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
    [
      'a<i>b</i><em>c</em>',
      'abc',
      [
        { type: 'italic', offset: 1, length: 1 },
        { type: 'italic', offset: 2, length: 1 },
      ],
    ],
    [
      '<u>a</u><ins>b</ins>',
      'ab',
      [
        { type: 'underline', offset: 0, length: 1 },
        { type: 'underline', offset: 1, length: 1 },
      ],
    ],
    [
      '<s>a</s><strike>b</strike><del>c</del>',
      'abc',
      [0, 1, 2].map((offset) => ({ type: 'strikethrough', offset, length: 1 })),
    ],
    [
      '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>',
      'ab',
      [
        { type: 'spoiler', offset: 0, length: 1 },
        { type: 'spoiler', offset: 1, length: 1 },
      ],
    ],
    [
      '<a href="https://lapak.id/?a=1&amp;b=2">toko</a>',
      'toko',
      [{ type: 'text_link', offset: 0, length: 4, url: 'https://lapak.id/?a=1&b=2' }],
    ],
    ['<a href="tg://user?id=42">Budi</a>', 'Budi', [{ type: 'text_mention', offset: 0, length: 4, user: { id: 42 } }]],
    ['<a href="localhost">x</a>', 'x', []],
    ['<code>a&lt;b</code>', 'a<b', [{ type: 'code', offset: 0, length: 3 }]],
    ['<pre><code class="language-ts">x</code></pre>', 'x', [{ type: 'pre', offset: 0, length: 1, language: 'ts' }]],
    ['<blockquote>q</blockquote>', 'q', [{ type: 'blockquote', offset: 0, length: 1 }]],
    ['<blockquote expandable>q</blockquote>', 'q', [{ type: 'expandable_blockquote', offset: 0, length: 1 }]],
    [
      '<tg-emoji emoji-id="5">👍</tg-emoji>',
      '👍',
      [{ type: 'custom_emoji', offset: 0, length: 2, custom_emoji_id: '5' }],
    ],
    [
      '<tg-time unix="1790000000" format="r">15 menit lagi</tg-time>',
      '15 menit lagi',
      [{ type: 'date_time', offset: 0, length: 13, unix_time: 1_790_000_000, date_time_format: 'r' }],
    ],
    [
      '<tg-time unix="1790000000" format="TDw">nanti</tg-time>',
      'nanti',
      [{ type: 'date_time', offset: 0, length: 5, unix_time: 1_790_000_000, date_time_format: 'wDT' }],
    ],
    [
      '<tg-time unix="1790000000">nanti</tg-time>',
      'nanti',
      [{ type: 'date_time', offset: 0, length: 5, unix_time: 1_790_000_000, date_time_format: '' }],
    ],
    ['<tg-time unix="kapan" format="t">nanti</tg-time>', 'nanti', []],
    ['<b>x</B>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
    ['&constructor; &LT; &#X41;', '&constructor; &LT; &#X41;', []],
    ['&lt;&gt;&amp;&quot;&#65;&#x1F600;', '<>&"A😀', []],
    ['&nbsp; &copy; & &', '&nbsp; &copy; & &', []],
    ['🎉<b>é</b>', '🎉é', [{ type: 'bold', offset: 2, length: 1 }]],
    [
      '<b>a<i>b</i></b>',
      'ab',
      [
        { type: 'bold', offset: 0, length: 2 },
        { type: 'italic', offset: 1, length: 1 },
      ],
    ],
    ['<b></b>x', 'x', []],
    ['<b>x</>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
    ['1 > 0', '1 > 0', []],
  ])('%s', (html, text, entities) => {
    expect(parseHtml(html)).toEqual({ text, entities });
  });
});

describe('HTML that Telegram refuses', () => {
  test.each([
    ['a<br>b', 'Unsupported start tag "br" at byte offset 1'],
    ['é🎉<br/>', 'Unsupported start tag "br/" at byte offset 6'],
    ['<p>x</p>', 'Unsupported start tag "p" at byte offset 0'],
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['<b', 'Unclosed start tag at byte offset 0'],
    ['1 < 2', 'Unsupported start tag "" at byte offset 2'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a href=http://x.id>x</a>', 'Unexpected end of name token at byte offset 8'],
    ['<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<constructor>x</constructor>', 'Unsupported start tag "constructor" at byte offset 0'],
    ['<tg-emoji emoji-id="0">👍</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-emoji>👍</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-time unix="1790000000" format="HH:mm">x</tg-time>', 'Invalid date format used'],
    ...['x&#xD83D;', '&#xD83D;&#xDE00;', '<a href="https://lapak.id/&#55357;">x</a>'].map((html) => [
      html,
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    ]),
  ])('%s', (html, what) => {
    expect(complaint(html)).toBe(what);
  });
});
