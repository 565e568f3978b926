import { mkdir, statfs } from 'node:fs/promises';
import { AppError, errorText } from '#domain/errors';

/** Makes the folder and fails when there is not so much room where it is. */
export async function needRoom(folder: string, neededBytes: number, what: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new AppError(
      'FOLDER_UNUSABLE',
      `${folder} cannot be made: ${errorText(error)}. PARLEY_CACHE_DIR names another place for models.`,
      { cause: error },
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) {
    throw new AppError(
      'DISK_FULL',
      `${what} need ${megabytes(neededBytes)} in ${folder}, and ${megabytes(freeBytes)} are free. Make room, or set PARLEY_CACHE_DIR to a place with room for models.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
