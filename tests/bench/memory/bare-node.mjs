import Fastify from 'fastify';
import { Bot } from 'grammy';
import pg from 'pg';

/**
 * The yardstick: what a process weighs that has loaded the libraries of every such bot, listens, and has asked once.
 * Plain JavaScript, for Node's type stripping weighs too; with BARE_TYPESCRIPT it has loaded that besides.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 6, idleTimeoutMillis: 10_000 });
pool.on('error', () => {});
const bot = new Bot(process.env.TELEGRAM_BOT_TOKEN, { client: { apiRoot: process.env.TELEGRAM_API_ROOT } });
bot.command('start', (ctx) => ctx.reply('Halo'));
const app = Fastify();
app.get('/healthz', async () => ({ ok: true }));

await pool.query('SELECT 1');
await bot.init();
await app.listen({ host: '127.0.0.1', port: 0 });
if (process.env.BARE_TYPESCRIPT) await import('../worker.ts');
process.on('message', ({ id }) => process.send?.({ id }));
