import { constantTimeEqual, hmacSha256Hex } from '../../kernel/crypto.ts';
import { shortId } from '../../kernel/ids.ts';
import type {
  Answer,
  Gateway,
  GatewayFactory,
  GatewayMethod,
  GatewayTransaction,
} from '../../tenant-runtime/gateway/index.ts';

/** A gateway that only tests have, as unlike Pakasir as the port allows: numbered bills, another webhook, other words. */
export type Kasir = {
  factory: GatewayFactory;
  gateway: Gateway;
  /** The customer pays; resolves with the webhook that follows. */
  pay(ref: string): ReturnType<Gateway['webhook']['compose']>;
  /** What the next call comes to, instead of what it should. */
  next(fault: 'lost' | 'key_refused'): void;
  sandbox: boolean;
};

type Bill = GatewayTransaction & { method: string };

const METHODS: readonly [GatewayMethod, ...GatewayMethod[]] = [
  { id: 'kasir-kode', kind: 'qr', label: 'Kode Kasir', min: 1_000, max: 2_000_000 },
  { id: 'kasir-rekening', kind: 'account', label: 'Rekening Kasir', min: 5_000, max: 9_000_000 },
];
const HEADER = 'kasir-tanda';
const KEY = 'kunci-kasir';
const FEE = 111;

export function createKasir(): Kasir {
  const bills = new Map<string, Bill>();
  let fault: 'lost' | 'key_refused' | undefined;

  /** Does it, unless the key is refused; the answer may be lost all the same. */
  function answered<T>(work: () => Answer<T>): Answer<T> {
    const happens = fault;
    fault = undefined;
    if (happens === 'key_refused') return { kind: 'closed', cause: 'key_refused', reason: 'kunci salah' };
    const answer = work();
    return happens === 'lost' ? { kind: 'unreachable', reason: 'no answer in time' } : answer;
  }

  const billOf = (ref: string): Bill | undefined => [...bills.values()].find((bill) => bill.ref === ref);

  const gateway: Gateway = {
    name: 'kasir',
    label: 'Kasir',
    methods: METHODS,
    statusIntervalMs: 0,
    create: async ({ ref, amount, method }) =>
      answered(() => {
        const known = METHODS.find(({ id }) => id === method);
        if (!known || amount < known.min || amount > known.max) return { kind: 'rejected', reason: 'di luar batas' };
        const bill: Bill = billOf(ref) ?? {
          transactionId: `K${shortId()}`,
          ref,
          amount,
          method,
          status: 'pending',
          sandbox: kasir.sandbox,
          completedAt: undefined,
        };
        bills.set(bill.transactionId, bill);
        const { transactionId, sandbox } = bill;
        const invoice = { transactionId, fee: FEE, totalPayment: amount + FEE, paymentNumber: `KODE-${transactionId}` };
        return { kind: 'ok', value: { ...invoice, expiresAt: undefined, sandbox } };
      }),
    status: async (transactionId) =>
      answered<GatewayTransaction>(() => {
        const bill = bills.get(transactionId);
        return bill ? { kind: 'ok', value: { ...bill } } : { kind: 'not_found' };
      }),
    cancel: async (transactionId) =>
      answered(() => {
        const bill = bills.get(transactionId);
        if (!bill) return { kind: 'not_found' };
        if (bill.status !== 'pending') return { kind: 'rejected', reason: 'sudah selesai' };
        bill.status = 'cancelled';
        return { kind: 'ok', value: undefined };
      }),
    fees: async () => ({ kind: 'ok', value: new Map(METHODS.map(({ id }) => [id, FEE])) }),
    page: (transactionId) => `https://kasir.example/tagihan/${transactionId}`,
    webhook: {
      path: '/webhooks/kasir',
      read({ headers, body }) {
        const text = body.toString('utf8');
        if (!constantTimeEqual(String(headers[HEADER]), hmacSha256Hex(KEY, text))) return { kind: 'forged' };
        const [ref, transactionId, amount] = text.split(' ');
        if (!ref || !transactionId) return { kind: 'malformed' };
        return { kind: 'hint', hint: { ref, transactionId, amount: amount ? Number(amount) : undefined } };
      },
      compose({ ref, transactionId, amount }) {
        const text = `${ref} ${transactionId} ${amount}`;
        return { headers: { [HEADER]: hmacSha256Hex(KEY, text) }, body: Buffer.from(text) };
      },
    },
    advice: (cause) => `Hubungi Kasir (${cause}).`,
  };

  const kasir: Kasir = {
    gateway,
    factory: () => gateway,
    sandbox: false,
    next(kind) {
      fault = kind;
    },
    pay(ref) {
      const bill = billOf(ref);
      if (!bill) throw new Error(`Kasir knows no ${ref}`);
      bill.status = 'completed';
      bill.completedAt = new Date();
      return gateway.webhook.compose(bill);
    },
  };
  return kasir;
}
