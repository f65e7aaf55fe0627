import { type Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import { send, type View } from '../../../bot/view.ts';
import { askAgain, cancelKeyboard, textPlease, type Wizards } from '../../../bot/wizards.ts';
import { HOME } from '../users/index.ts';
import { catalogCallbacks as callbacks } from './callbacks.ts';
import { buttons as catalogButtons } from './copy.ts';
import { askQuery, buttons, forgotten, nothingFound, queryProblem, results } from './copy-search.ts';
import { type Origin, pageKeyboard } from './screens.ts';
import { parseQuery, type Searches } from './search.ts';
import type { Catalog } from './service.ts';

export type SearchDeps = { catalog: Catalog; searches: Searches };

const WIZARD = 'catalog.search';

/** A page of the results of a search that was made before. */
export async function searchScreen(ctx: StoreContext, deps: SearchDeps, { page, category }: Origin): Promise<View> {
  const query = await deps.searches.recall(ctx.tx, ctx.user.id, -category);
  const parsed = parseQuery(query ?? '');
  if (!parsed.ok) return { text: forgotten(), keyboard: waysOn(new InlineKeyboard()) };
  const list = await deps.catalog.search(ctx.tx, { page, words: parsed.words });
  const text = list.items.length > 0 ? results(list, parsed.query) : nothingFound(parsed.query);
  return { text, keyboard: waysOn(pageKeyboard(list, category)) };
}

const waysOn = (keyboard: InlineKeyboard): InlineKeyboard =>
  keyboard
    .row()
    .text(buttons.again, callbacks.pack('search'))
    .text(catalogButtons.all, callbacks.pack('list', 0, 0))
    .row()
    .text(HOME.text, HOME.data);

/** The button that searches for what somebody typed; undefined when that would find nothing. */
export async function searchOffer(
  ctx: StoreContext,
  deps: SearchDeps,
  typed: string,
): Promise<InlineKeyboard | undefined> {
  const parsed = parseQuery(typed);
  if (!parsed.ok) return undefined;
  const { items } = await deps.catalog.search(ctx.tx, { page: 0, words: parsed.words });
  if (items.length === 0) return undefined;
  const id = await deps.searches.remember(ctx.tx, ctx.user.id, parsed.query);
  return new InlineKeyboard().text(buttons.offer(parsed.query), callbacks.pack('list', 0, -id));
}

/** `/cari kata`, and the question that `/cari` alone asks. */
export function searchHandlers(composer: Composer<StoreContext>, wizards: Wizards, deps: SearchDeps): void {
  const begin = (ctx: StoreContext) => wizards.begin(ctx, { wizard: WIZARD, step: 'query', data: {} });

  async function search(ctx: StoreContext, typed: string): Promise<void> {
    const parsed = parseQuery(typed);
    if (!parsed.ok) return askAgain(ctx, queryProblem(parsed.problem), askQuery());
    await wizards.end(ctx);
    const id = await deps.searches.remember(ctx.tx, ctx.user.id, parsed.query);
    send(ctx, await searchScreen(ctx, deps, { page: 0, category: -id }));
  }

  composer.command('cari', async (ctx) => {
    await begin(ctx);
    if (ctx.match.trim() === '') return ctx.send(askQuery(), { keyboard: cancelKeyboard() });
    await search(ctx, ctx.match);
  });
  callbacks.on(composer, 'search', async (ctx) => {
    await begin(ctx);
    ctx.show(askQuery(), { keyboard: cancelKeyboard() });
  });
  wizards.define(WIZARD, async (ctx) => {
    const typed = ctx.message?.text;
    if (typed === undefined) return askAgain(ctx, textPlease(), askQuery());
    await search(ctx, typed);
  });
}
