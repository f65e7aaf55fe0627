import { Composer } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { dateTime } from '../../../../bot/time.ts';
import type { Wizards } from '../../../../bot/wizards.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Terms } from '../index.ts';
import { termsProductHandlers } from './products.ts';
import { proofHandlers } from './proofs.ts';

/** `📜 Kelola SNK Produk`: the terms of the products, and what customers sent to show that they keep them. */
export function termsAdminHandlers(deps: {
  wizards: Wizards;
  catalog: Catalog;
  terms: Terms;
  timeZone: string;
}): Composer<StoreContext> {
  const { wizards, catalog, terms } = deps;
  const composer = new Composer<StoreContext>();
  termsProductHandlers(composer, { wizards, catalog, terms });
  proofHandlers(composer, { wizards, terms, time: dateTime(deps.timeZone) });
  return composer;
}
