import { useState } from 'react';
import { useWords } from '../i18n.ts';
import type { LiveState } from '../state/live.ts';

type Line = { seq: number; at: string; what: string; to: string; status: number; refused: boolean; detail: unknown };

/** Every call of the bot and of the shop at the gateway, newest first; refusals are marked. */
export function Calls({ calls, payments }: { calls: LiveState['calls']; payments: LiveState['payments'] }) {
  const words = useWords();
  const [refusedOnly, setRefusedOnly] = useState(false);
  const lines = linesOf(calls, payments).filter(({ refused }) => !refusedOnly || refused);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-1">
      <label className="flex items-center gap-2 text-sm">
        <input type="checkbox" checked={refusedOnly} onChange={({ target }) => setRefusedOnly(target.checked)} />
        {words.refusedOnly}
      </label>
      {lines.length === 0 && <p className="text-muted text-sm">{words.noCalls}</p>}
      <ol className="flex min-h-0 flex-1 flex-col overflow-y-auto font-mono text-xs">
        {lines.map((line) => (
          <li key={line.seq} className="border-line border-b">
            <details>
              <summary className={`flex cursor-pointer gap-2 py-1 ${line.refused ? 'text-danger' : ''}`}>
                <span className="w-9 shrink-0">{line.refused ? `✗${line.status || ''}` : line.status}</span>
                <span className="min-w-0 flex-1 truncate">{line.what}</span>
                <span className="shrink-0 text-muted">{line.to}</span>
              </summary>
              <pre className="overflow-x-auto whitespace-pre-wrap break-all rounded bg-raised p-2">
                {JSON.stringify(line.detail, null, 1)}
              </pre>
            </details>
          </li>
        ))}
      </ol>
    </div>
  );
}

function linesOf(calls: LiveState['calls'], payments: LiveState['payments']): Line[] {
  const failed = (status: number) => status < 200 || status >= 300;
  const bot = calls.map(({ seq, at, method, chatId, status, params, response }) => ({
    ...{ seq, at, what: method, to: String(chatId ?? ''), status },
    refused: failed(status),
    detail: { at, params, response },
  }));
  const gateway = payments.calls.map(({ seq, at, method, orderId, status, params, response }) => ({
    ...{ seq, at, what: `pakasir ${method}`, to: orderId, status },
    refused: failed(status),
    detail: { at, params, response },
  }));
  return [...bot, ...gateway].sort((a, b) => b.seq - a.seq);
}
