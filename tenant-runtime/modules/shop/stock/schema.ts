/** What restocking came to: lines added, skipped and refused, those of it that are files, files whose ids are new, and the stock afterwards. */
export type Restocked = {
  added: number;
  duplicates: number;
  empty: number;
  tooLong: number;
  files?: number;
  renewed?: number;
  available: number;
};
