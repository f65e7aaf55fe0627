export { installationOf } from './installation.ts';
export { claimFolder, type Installation, MARK_FILE, ownerOf, type StrangerFolder, stranger, takeOver } from './mark.ts';
