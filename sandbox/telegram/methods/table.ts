import type { Method } from './call.ts';
import { callbackMethods } from './callbacks.ts';
import { copyMethods } from './copy.ts';
import { editMethods } from './edit.ts';
import { fileMethods } from './files.ts';
import { profileMethods } from './profile.ts';
import { removeMethods } from './remove.ts';
import { sendMethods } from './send.ts';
import { updateMethods } from './updates.ts';

const all = {
  ...updateMethods,
  ...sendMethods,
  ...copyMethods,
  ...editMethods,
  ...removeMethods,
  ...callbackMethods,
  ...fileMethods,
  ...profileMethods,
};

const table = new Map(Object.entries(all).map(([name, method]) => [name.toLowerCase(), { name, method }]));

/** The method of a name, whose case does not matter, as on the real server. */
export function findMethod(name: string): { name: string; method: Method } | undefined {
  return table.get(name.toLowerCase());
}
