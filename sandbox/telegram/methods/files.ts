import { badRequest } from '../api-error.ts';
import type { Method } from './call.ts';

const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

const getFile: Method = ({ bot, args }) => {
  const id = args.text('file_id');
  if (!id) throw badRequest('file_id not specified');
  const file = bot.files.byId(id);
  if (!file) throw badRequest('invalid file_id');
  if (file.bytes.length > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
  return { file_id: file.fileId, file_unique_id: file.uniqueId, file_size: file.bytes.length, file_path: file.path };
};

export const fileMethods: Record<string, Method> = { getFile };
