import { formatRupiah } from '../../../../kernel/money.ts';
import { type Html, html, lines } from '../../../bot/html.ts';
import type { GatewayMethod, MethodKind } from '../../../gateway/index.ts';

const SIGN: Record<MethodKind, string> = { qr: '💠', account: '🏦', link: '🔗' };

/** What stands on the button that chooses a way to pay. */
export const methodButton = ({ kind, label }: Pick<GatewayMethod, 'kind' | 'label'>): string =>
  `${SIGN[kind]} ${label}`;

export const screen = (methods: readonly GatewayMethod[], isOn: (method: GatewayMethod) => boolean): Html =>
  lines(
    html`💳 <b>Metode Pembayaran</b>`,
    '',
    html`Pilih cara bayar yang kamu tawarkan. Tekan untuk menyalakan atau mematikan; paling sedikit satu harus menyala.`,
    '',
    ...methods.map(
      (method) =>
        html`${isOn(method) ? '✅' : '▫️'} ${method.label} · ${formatRupiah(method.min)} – ${formatRupiah(method.max)}`,
    ),
  );

export const toggleLabel = (method: GatewayMethod, isOn: boolean): string => `${isOn ? '✅' : '▫️'} ${method.label}`;

export const toggled = (label: string, on: boolean): Html =>
  html`Metode pembayaran <b>${label}</b> ${on ? 'dinyalakan' : 'dimatikan'}.`;

export const toasts = {
  on: (label: string) => `✅ ${label} sekarang ditawarkan.`,
  off: (label: string) => `${label} tidak ditawarkan lagi.`,
  last: 'Ini satu-satunya yang menyala. Nyalakan yang lain dulu, ya.',
  stale: 'Tombol ini sudah tidak berlaku 🙏',
} as const;
