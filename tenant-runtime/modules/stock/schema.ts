/** What restocking came to: lines added, skipped and refused, and the stock afterwards. */
export type Restocked = { added: number; duplicates: number; empty: number; tooLong: number; available: number };
