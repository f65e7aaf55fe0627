/** What of a store's database a clone takes over: table by table, in the order of writing, with the columns that count. */
export const CLONED_TABLES = {
  categories: { columns: ['id', 'name', 'position', 'active'], numbered: true },
  products: {
    columns: [
      'id',
      'code',
      'name',
      'price',
      'description',
      'category_id',
      'terms',
      'status',
      'kind',
      'tiers',
      'per_customer',
    ],
    numbered: true,
    where: "status <> 'archived'",
  },
  vouchers: {
    columns: ['id', 'code', 'kind', 'value', 'max_uses', 'starts_on', 'ends_on', 'active'],
    numbered: true,
  },
  templates: { columns: ['key', 'body', 'updated_by'], numbered: false },
  // Not the channel that a store posts its sales to: that is told of the sales of one store.
  settings: {
    columns: ['key', 'value', 'updated_by'],
    numbered: false,
    where: "key <> 'testimonial.channel'",
  },
} as const satisfies Record<string, { columns: readonly string[]; numbered: boolean; where?: string }>;

export type ClonedTable = keyof typeof CLONED_TABLES;

/** Columns of these tables that begin anew: times, what was sold, and photos, whose ids mean nothing to another bot. */
export const RESET_COLUMNS: Record<ClonedTable, readonly string[]> = {
  categories: ['created_at'],
  products: ['photo_file_id', 'sold', 'stock_notice', 'created_at', 'updated_at'],
  vouchers: ['created_at'],
  templates: ['updated_at'],
  settings: ['updated_at'],
};

/** What stays where it is: people and what they wrote, orders, money, goods, messages, the books, and the history. */
export const UNCLONED_TABLES = [
  'albums',
  'audit_log',
  'bot_profile',
  'broadcast_recipients',
  'broadcasts',
  'cart_lines',
  'cart_vouchers',
  'configuration_contents',
  'configuration_snapshots',
  'conversations',
  'deliveries',
  'delivery_messages',
  'deposits',
  'endless_contents',
  'gateway_state',
  'ledger_entries',
  'notices',
  'order_lines',
  'orders',
  'outbox',
  'owner_events',
  'parked_forms',
  'payments',
  'product_screens',
  'receipts',
  'restock_watches',
  'runtime_liveness',
  'schema_migrations',
  'searches',
  'stock_units',
  'store_lease',
  'term_proofs',
  'updates',
  'users',
  'voucher_uses',
  'wallets',
] as const;
