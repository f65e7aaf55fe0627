import type { MessageEntity } from 'grammy/types';
import { expect, test } from 'vitest';
import { parseHtml } from '../../sandbox/telegram/html.ts';
import { entitiesToHtml, isFormatted } from '../../tenant-runtime/bot/entities.ts';

const bold = (offset: number, length: number): MessageEntity => ({ type: 'bold', offset, length });
const italic = (offset: number, length: number): MessageEntity => ({ type: 'italic', offset, length });

test('words are escaped, marks become tags, and marks nest', () => {
  expect(entitiesToHtml('a <b> & "c"', [bold(0, 5), italic(2, 3)])).toBe(
    '<b>a <i>&lt;b&gt;</i></b> &amp; &quot;c&quot;',
  );
});

test('a mark that leaves another ends with it, so that no tag is left open', () => {
  expect(entitiesToHtml('abcdef', [bold(0, 4), italic(2, 4)])).toBe('<b>ab<i>cd</i></b><i>ef</i>');
});

test('offsets are UTF-16 units: an emoji counts two', () => {
  expect(entitiesToHtml('🎉 promo', [bold(3, 5)])).toBe('🎉 <b>promo</b>');
});

test('Telegram reads the HTML back as the formatting that the person used', () => {
  const text = 'Halo 🎉 <semua> & teman: klik di sini, kode x = 1, kutipan, Ani';
  const at = (word: string) => ({ offset: text.indexOf(word), length: word.length });
  const entities: MessageEntity[] = [
    { type: 'bold', ...at('<semua>') },
    { type: 'text_link', ...at('di sini'), url: 'https://contoh.id/?a=1&b="2"' },
    { type: 'pre', ...at('x = 1'), language: 'python' },
    { type: 'expandable_blockquote', ...at('kutipan') },
    { type: 'spoiler', ...at('Ani') },
  ];
  const parsed = parseHtml(entitiesToHtml(text, entities));
  expect(parsed.text).toBe(text);
  expect(parsed.entities).toMatchObject(entities.map(({ type, offset, length }) => ({ type, offset, length })));
});

test('what Telegram marks by itself is no formatting', () => {
  expect(isFormatted([{ type: 'url', offset: 0, length: 10 }])).toBe(false);
  expect(isFormatted([bold(0, 1)])).toBe(true);
  expect(entitiesToHtml('/start <b>', [{ type: 'bot_command', offset: 0, length: 6 }])).toBe('/start &lt;b&gt;');
});
