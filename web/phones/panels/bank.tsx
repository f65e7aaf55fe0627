import type { Transaction } from '../../../sandbox/pakasir/types.ts';
import { useWords } from '../i18n.ts';
import type { LiveState } from '../state/live.ts';
import { sandbox } from '../state/sandbox.ts';

type BankProps = { payments: LiveState['payments']; at: string; onError(error: unknown): void };

const rupiah = new Intl.NumberFormat('id-ID', { style: 'currency', currency: 'IDR', maximumFractionDigits: 0 });

/** The customer's bank, and the gateway's other faces: pays in time or late, lets expire, cancels, forges and repeats. */
export function Bank({ payments, at, onError }: BankProps) {
  const words = useWords();
  const newestFirst = [...payments.transactions].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return (
    <div className="flex flex-col gap-2">
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={!payments.notifying}
          onChange={({ target }) => void sandbox.setNotifying(!target.checked).catch(onError)}
        />
        {words.withhold}
      </label>
      {newestFirst.length === 0 && <p className="text-muted text-sm">{words.noPayments}</p>}
      <ul className="flex flex-col gap-2">
        {newestFirst.map((transaction) => (
          <Payment key={transaction.txnId} transaction={transaction} at={at} onError={onError} />
        ))}
      </ul>
      {payments.webhooks.length > 0 && (
        <ul className="flex flex-col gap-1 text-xs">
          {payments.webhooks.slice(-5).map(({ seq, orderId, status, error }) => (
            <li key={seq} className={status >= 200 && status < 300 ? 'text-muted' : 'text-danger'}>
              {words.webhookAnswered} {orderId}: {status || error}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Payment({
  transaction,
  at,
  onError,
}: {
  transaction: Transaction;
  at: string;
  onError(error: unknown): void;
}) {
  const words = useWords();
  const { txnId, orderId, total, amount, status, expiredAt } = transaction;
  const isOver = status === 'pending' && new Date(expiredAt) <= new Date(at);
  const run = (work: Promise<unknown>) => void work.catch(onError);
  const acts: [label: string, act: () => Promise<unknown>, shown: boolean][] = [
    [words.pay, () => sandbox.pay(txnId, false), status === 'pending' && !isOver],
    [words.payLate, () => sandbox.pay(txnId, true), isOver || status === 'canceled'],
    [words.expire, () => sandbox.expire(txnId), status === 'pending' && !isOver],
    [words.cancel, () => sandbox.cancel(txnId), status === 'pending'],
    [words.repeat, () => sandbox.notify(txnId), status === 'completed'],
    [words.forge, () => sandbox.notify(txnId, { changes: { amount: amount + 1, status: 'completed' } }), true],
  ];
  return (
    <li className="rounded-xl border border-line bg-surface p-2" data-order={orderId}>
      <p className="flex justify-between gap-2">
        <b>{rupiah.format(total)}</b>
        <span className={status === 'completed' ? 'text-accent' : 'text-muted'}>
          {isOver ? words.expired : words[status]}
        </span>
      </p>
      <p className="flex justify-between gap-2 text-muted text-xs">
        <span className="break-all">{orderId}</span>
        <time dateTime={expiredAt} title={new Date(expiredAt).toLocaleString()}>
          {words.until} {new Date(expiredAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
        </time>
      </p>
      <p className="mt-1 flex flex-wrap gap-1">
        {acts
          .filter(([, , shown]) => shown)
          .map(([label, act], index) => (
            <button
              key={label}
              type="button"
              className={`rounded-lg px-2 py-1 text-sm ${index === 0 && status === 'pending' ? 'bg-accent text-on-accent' : 'border border-line'}`}
              onClick={() => run(act())}
            >
              {label}
            </button>
          ))}
      </p>
    </li>
  );
}
