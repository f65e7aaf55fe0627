/** Why a typed value cannot be part of a profile. */
export type ProfileProblem = 'name_lines' | 'name_short' | 'name_long' | 'whatsapp_shape' | 'whatsapp_length';

export type Parsed = { ok: true; value: string } | { ok: false; problem: ProfileProblem };

/** Visible characters of a name, and digits of a number. */
export const PROFILE_LIMITS = { name: { min: 3, max: 32 }, whatsapp: { min: 9, max: 15 } } as const;

/** What takes no room on a screen or turns the text around, but for what joins emoji and letters. */
const INVISIBLE = /[[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]--[\u200C\u200D\uFE0F\u{E0020}-\u{E007F}]]/gv;
/** A character may carry marks without end; a name is stored, and shown, within this. */
const MOST_UNITS = 128;

const characters = new Intl.Segmenter('id', { granularity: 'grapheme' });

/** A name is one line of 3 to 32 characters as a person counts them: 👨‍👩‍👧 is one. */
export function parseDisplayName(text: string): Parsed {
  const typed = text.trim();
  if (/[\n\r\u2028\u2029]/.test(typed)) return { ok: false, problem: 'name_lines' };
  const visible = typed.replace(/\s/g, ' ').replace(INVISIBLE, '');
  const value = visible.replace(/ +/g, ' ').trim().normalize('NFC');
  const length = [...characters.segment(value)].filter(({ segment }) =>
    /[\p{L}\p{N}\p{P}\p{S} ]/u.test(segment),
  ).length;
  if (length < PROFILE_LIMITS.name.min) return { ok: false, problem: 'name_short' };
  if (length > PROFILE_LIMITS.name.max || value.length > MOST_UNITS) return { ok: false, problem: 'name_long' };
  return { ok: true, value };
}

/** The digits of a number with its country: `0812-3456-7890`, `+62 812…` and `62812…` are one. */
export function parseWhatsApp(text: string): Parsed {
  const typed = text.trim().replace(/[\s\-().]/g, '');
  if (!/^\+?\d+$/.test(typed)) return { ok: false, problem: 'whatsapp_shape' };
  const value = withCountry(typed);
  const { min, max } = PROFILE_LIMITS.whatsapp;
  return value.length < min || value.length > max ? { ok: false, problem: 'whatsapp_length' } : { ok: true, value };
}

/** Digits as they are stored: without `+` or `00`, and `62` instead of the `0` of a number at home. */
export function withCountry(digits: string): string {
  return digits.replace(/^(\+|00)/, '').replace(/^(62)?0+/, '62');
}
