import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { Bot, type Context, webhookCallback } from 'grammy';
import type { User } from 'grammy/types';
import pg from 'pg';
import { serve } from '../worker.ts';
import { type Answer, cart, type Line, type Listed, menu, productList, welcome } from './bare-copy.ts';
import * as sql from './bare-sql.ts';

/**
 * The yardstick: a bot that does for the measured updates what the store does, and nothing else. grammY's own webhook
 * adapter on Fastify, the same statements in the same transaction, acknowledged after the commit, answered after that.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 6 });
pool.on('error', () => {});
const bot = new Bot(process.env.TELEGRAM_BOT_TOKEN as string, {
  client: { apiRoot: process.env.TELEGRAM_API_ROOT as string },
});

let totals: { users: string; transactions: string } | undefined;
let countedAt = 0;

async function handle(ctx: Context, from: User, work: (client: pg.PoolClient) => Promise<Answer[]>): Promise<Answer[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const claimed = await client.query(sql.CLAIM, [ctx.update.update_id]);
    let answers: Answer[] = [];
    if (claimed.rows.length > 0) {
      const person = [from.id, from.first_name, from.last_name ?? null, from.username ?? null];
      const known = await client.query(sql.SEEN, person);
      if (known.rows[0]?.stale !== false) await client.query(sql.UPSERT, person);
      answers = await work(client);
    }
    await client.query('COMMIT');
    return answers;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function send(chatId: number, answers: Answer[]): Promise<void> {
  for (const { text, reply_markup } of answers) {
    await bot.api.sendMessage(chatId, text, {
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      reply_markup: reply_markup as never,
    });
  }
}

bot.command('start', async (ctx) => {
  const { from } = ctx;
  if (!from) return;
  const answers = await handle(ctx, from, async (client) => {
    await client.query(sql.CLOSE_SCREEN, [from.id]);
    await client.query(sql.REVIVE, [from.id]);
    await client.query(sql.STARTED, [from.id]);
    if (!totals || Date.now() - countedAt > 30_000) {
      totals = (await client.query(sql.TOTALS)).rows[0] as NonNullable<typeof totals>;
      countedAt = Date.now();
    }
    await client.query(sql.TEMPLATE, ['welcome']);
    const categories = await client.query(sql.CATEGORIES, [40, 0]);
    return [menu, welcome(from.first_name, totals, categories.rows)];
  });
  void send(from.id, answers);
});

bot.hears('🛍 Semua Produk', async (ctx) => {
  const { from } = ctx;
  if (!from) return;
  const answers = await handle(ctx, from, async (client) => {
    await client.query(sql.CLOSE_SCREEN, [from.id]);
    const { rows } = await client.query<Listed>(sql.PRODUCTS, [null, 5, 0]);
    return [productList(rows.map((row) => ({ ...row, position: String(row.position) })))];
  });
  void send(from.id, answers);
});

bot.callbackQuery(/^cart:add:(\d+):(\d+)$/, async (ctx) => {
  const { from } = ctx;
  const [, productId, quantity] = ctx.match as unknown as [string, string, string];
  const [answer] = await handle(ctx, from, async (client) => {
    await client.query(sql.CLOSE_SCREEN, [from.id]);
    await client.query(sql.PUT_LINE, [from.id, Number(productId), Number(quantity)]);
    const { rows } = await client.query<Line>(sql.CART, [from.id]);
    await client.query(sql.CART_VOUCHER, [from.id]);
    await client.query(sql.SETTING, ['payments.methods']);
    return [cart(rows)];
  });
  if (answer) void show(ctx, answer);
});

async function show(ctx: Context, { text, reply_markup }: Answer): Promise<void> {
  await ctx.answerCallbackQuery();
  await ctx.editMessageText(text, {
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    reply_markup: reply_markup as never,
  });
}

await bot.init();
const app = Fastify();
app.post('/telegram', webhookCallback(bot, 'fastify', { secretToken: process.env.TELEGRAM_WEBHOOK_SECRET as string }));
await app.listen({ host: '127.0.0.1', port: 0 });
serve({ port: () => (app.server.address() as AddressInfo).port });
