import { z } from 'zod';
import { quotableLine } from '../../../kernel/text.ts';

/** A text of one line that people see as it is: nothing in it is hidden, and not all of it is blank. */
export const lineOfText = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text) && quotableLine(text, longest) !== '', {
      error: 'one line of text that can be seen',
    });

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const OUT_OF_BOUNDS = { error: 'a time between the years 2000 and 2100' };

/** Every date of the API: further away nobody means it, and not every program can hold it. */
function isNear(text: string): boolean {
  const at = Date.parse(text);
  return at >= EARLIEST && at < LATEST;
}

export const moment = (options: { offset?: boolean } = {}) => z.iso.datetime(options).refine(isNear, OUT_OF_BOUNDS);
export const day = () => z.iso.date().refine(isNear, OUT_OF_BOUNDS);

/** As the engine takes it: `[registry/]name[:tag][@digest]`, or an image's id. Never an option of a program. */
export const imageReference = () =>
  z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9][\w.:@/+-]*$/, { error: 'the name of an image, such as lapak/tenant-runtime:1.2' });
