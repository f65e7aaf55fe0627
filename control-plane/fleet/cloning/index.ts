export { carryPhotos } from './carry-photos.ts';
export { copyShop, withDatabase } from './copy-shop.ts';
export { BEGUN_ANEW, COPIED, LEFT } from './tables.ts';
