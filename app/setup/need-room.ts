import { mkdir, statfs } from 'node:fs/promises';
import { AppError, errorText } from '#domain/errors';

/** Makes the folder and fails when there is not so much room where it is. */
export async function needRoom(folder: string, neededBytes: number, what: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new AppError(
      'FOLDER_UNUSABLE',
      `${folder} cannot be created: ${errorText(error)}. Set PARLEY_CACHE_DIR to another folder for models.`,
      { cause: error },
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) {
    throw new AppError(
      'DISK_FULL',
      `${what} need ${megabytes(neededBytes)} in ${folder}, and ${megabytes(freeBytes)} are free. Free some space, or set PARLEY_CACHE_DIR to a folder on another disk.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
