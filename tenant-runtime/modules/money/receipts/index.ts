export { createAlbums } from './albums.ts';
export { albumHandlers, receiptHandlers } from './handlers.ts';
