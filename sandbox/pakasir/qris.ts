import { randomInt } from 'node:crypto';

/** One data object of an EMV QR code: id, length in two digits, value (EMVCo MPM 1.1, 3.2). */
const field = (id: string, value: string) => `${id}${String(value.length).padStart(2, '0')}${value}`;

/** A dynamic QRIS code for `total` rupiah, with a valid checksum; nobody can pay it. */
export function qrisCode(merchant: string, orderId: string, total: number): string {
  const body = [
    field('00', '01'),
    field('01', '12'),
    field('26', field('00', 'ID.CO.SANDBOX.WWW') + field('01', '936009150000000000') + field('03', 'UMI')),
    field('51', field('00', 'ID.CO.QRIS.WWW') + field('02', `ID10${randomInt(1e10, 1e11)}`) + field('03', 'UMI')),
    field('52', '5734'),
    field('53', '360'),
    field('54', String(total)),
    field('58', 'ID'),
    field('59', merchant.slice(0, 25).toUpperCase() || 'LAPAK'),
    field('60', 'JAKARTA'),
    field('61', '10110'),
    field('62', field('05', orderId.slice(0, 25))),
  ].join('');
  return `${body}6304${crc16(`${body}6304`)}`;
}

/** CRC-16/CCITT-FALSE in upper-case hex, the checksum of EMV QR codes. */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
