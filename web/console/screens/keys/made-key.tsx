import { useEffect, useRef, useState } from 'react';
import type { ApiKeyCreated } from '../../../../control-plane/api/contract/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { Button } from '../../ui/parts.tsx';
import { KEYS } from '../../words/keys.ts';
import { useWords } from '../../words/language.ts';

/** A new key, shown once: it is in this tab's memory alone, and gone with this panel. */
export function MadeKey({ made, onDone }: { made: ApiKeyCreated; onDone(): void }) {
  const words = useWords(KEYS);
  const [isCopied, setCopied] = useState(false);
  const shown = useRef<HTMLInputElement>(null);
  useEffect(() => shown.current?.focus(), []);

  async function copy(): Promise<void> {
    shown.current?.select();
    try {
      await navigator.clipboard.writeText(made.key);
      setCopied(true);
    } catch {
      // Without a clipboard (no TLS, or not allowed) the key stands selected, for Ctrl-C.
      setCopied(false);
    }
  }

  return (
    <section className="panel flex flex-col gap-3 border-accent p-4" aria-label={words.made(made.apiKey.name)}>
      <h2 className="break-words">{words.made(made.apiKey.name)}</h2>
      <p>{words.once}</p>
      <div className="flex flex-wrap gap-2">
        <input
          ref={shown}
          readOnly
          aria-label={words.key}
          className="field min-w-0 flex-1 basis-64 font-mono"
          value={made.key}
          onFocus={({ target }) => target.select()}
        />
        <Button look="main" onClick={() => void copy()}>
          {isCopied && <Icon name="check" />}
          {isCopied ? words.copied : words.copy}
        </Button>
        <Button onClick={onDone}>{words.done}</Button>
      </div>
    </section>
  );
}
