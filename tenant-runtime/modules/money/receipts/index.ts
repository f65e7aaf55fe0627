export { type AlbumOf, type Albums, createAlbums } from './albums.ts';
export { albumHandlers, receiptHandlers } from './handlers.ts';
