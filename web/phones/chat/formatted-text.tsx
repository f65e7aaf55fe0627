import { type ReactNode, useState } from 'react';
import type { Entity } from '../../../sandbox/telegram/types.ts';
import { useWords } from '../i18n.ts';
import { type Part, partsOf, safeHref } from './entities.ts';

type TextProps = { text: string; entities: readonly Entity[]; onCommand?(command: string): void };

/** A text as Telegram would show it. Entities become elements; nothing of a text is ever read as HTML. */
export function FormattedText({ text, entities, onCommand }: TextProps) {
  return (
    <div className="whitespace-pre-wrap break-words [overflow-wrap:anywhere]">
      <Parts parts={partsOf(text, entities)} onCommand={onCommand} />
    </div>
  );
}

function Parts({ parts, onCommand }: { parts: readonly Part[]; onCommand?(command: string): void }) {
  return parts.map((part, index) =>
    typeof part === 'string' ? (
      afterBlock(parts[index - 1], part)
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change their places
      <Marked key={index} entity={part.entity} text={plain(part.parts)} onCommand={onCommand}>
        <Parts parts={part.parts} onCommand={onCommand} />
      </Marked>
    ),
  );
}

/** A block ends its line by itself: the line break behind it would leave an empty one. */
function afterBlock(before: Part | undefined, text: string): string {
  const isBlock = typeof before === 'object' && /^(pre|blockquote|expandable_blockquote)$/.test(before.entity.type);
  return isBlock ? text.replace(/^\n/, '') : text;
}

const plain = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : plain(part.parts))).join('');

type MarkedProps = { entity: Entity; text: string; children: ReactNode; onCommand?(command: string): void };

function Marked({ entity, text, children, onCommand }: MarkedProps) {
  switch (entity.type) {
    case 'bold':
      return <b>{children}</b>;
    case 'italic':
      return <i>{children}</i>;
    case 'underline':
      return <u>{children}</u>;
    case 'strikethrough':
      return <s>{children}</s>;
    case 'code':
      return <code className="rounded bg-raised px-1 font-mono text-[0.92em]">{children}</code>;
    case 'pre':
      return <pre className="my-1 overflow-x-auto rounded bg-raised p-2 font-mono text-[0.92em]">{children}</pre>;
    case 'blockquote':
    case 'expandable_blockquote':
      return <blockquote className="my-1 border-accent border-l-4 bg-raised px-2 py-1">{children}</blockquote>;
    case 'spoiler':
      return <Spoiler>{children}</Spoiler>;
    case 'text_link':
      return <Link url={entity.url ?? ''}>{children}</Link>;
    case 'url':
      return <Link url={text}>{children}</Link>;
    case 'email':
      return <Link url={`mailto:${text}`}>{children}</Link>;
    case 'bot_command':
      return onCommand ? (
        <button type="button" className="text-link underline" onClick={() => onCommand(text)}>
          {children}
        </button>
      ) : (
        children
      );
    case 'mention':
    case 'text_mention':
    case 'hashtag':
    case 'cashtag':
    case 'phone_number':
      return <span className="text-link">{children}</span>;
    default:
      return children;
  }
}

function Link({ url, children }: { url: string; children: ReactNode }) {
  const href = safeHref(url);
  if (href === undefined) return children;
  return (
    <a className="text-link underline" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function Spoiler({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false);
  const words = useWords();
  if (shown) return <span>{children}</span>;
  return (
    <button
      type="button"
      className="spoiler"
      data-shown="false"
      aria-label={words.spoiler}
      onClick={() => setShown(true)}
    >
      <span>{children}</span>
    </button>
  );
}
