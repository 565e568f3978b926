import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorText } from '#domain/errors';

/**
 * What callers said, their numbers and our keys lie in files of this user alone. The umask is the root: it holds for whatever this process
 * and its children make from now on, libraries and action modules included. Each file that we make ourselves asks for its mode beside that.
 */
export function keepNewFilesPrivate(): void {
  process.umask(PRIVATE_UMASK);
}

/** Set-up fetches programs and models, which hold nothing private and may be shared: `work` has the umask of whoever called us. */
export async function withUsualUmask<T>(usual: number, work: () => Promise<T>): Promise<T> {
  process.umask(usual);
  try {
    return await work();
  } finally {
    keepNewFilesPrivate();
  }
}

/** Folders that are missing are made for this user only; those that are there stay as they are: they may be anybody's, such as `/tmp`. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
}

/** Whole or not at all, and at no moment readable by others. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const beside = `${path}.${process.pid}.new`;
  makePrivateFolder(dirname(path));
  writeFileSync(beside, content, { mode: FILE_MODE });
  chmodSync(beside, FILE_MODE);
  renameSync(beside, path);
}

/** An empty file for whoever opens it next and would give it the mode of the day, such as SQLite, whose side files take the mode of this one. */
export function makePrivateFile(path: string): void {
  makePrivateFolder(dirname(path));
  closeSync(openSync(path, 'a', FILE_MODE));
  chmodSync(path, FILE_MODE);
}

export interface PrivatePlaces {
  /** Ours, with all that is in them. */
  readonly folders: readonly string[];
  /** Ours in folders that may be somebody else's. */
  readonly files: readonly string[];
}

/** Takes from others what earlier versions left them to read; says what could not be taken. Links are not followed: they may lead anywhere. */
export function mendModes({ folders, files }: PrivatePlaces): readonly string[] {
  const faults: string[] = [];
  const mend = (path: string): void => {
    try {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined || found.isSymbolicLink()) return;
      if ((found.mode & OTHERS) !== 0) chmodSync(path, found.mode & OWNERS);
      if (found.isDirectory()) for (const name of readdirSync(path)) mend(join(path, name));
    } catch (error) {
      faults.push(`${path}: ${errorText(error)}`);
    }
  };
  // The first link is the operator's own: `data` may lie on another disk.
  for (const path of [...folders, ...files]) if (existsSync(path)) mend(realpathSync(path));
  return faults;
}

const PRIVATE_UMASK = 0o077;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** What group and others may do, and what the owner may. */
const OTHERS = 0o077;
const OWNERS = 0o700;
