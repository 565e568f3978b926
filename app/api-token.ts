import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError, errorText } from '#domain/errors';
import { writePrivateFile } from './private-files.ts';

export interface ApiToken {
  readonly token: string;
  readonly origin: 'given' | 'kept' | 'made';
}

/**
 * The bearer token of the HTTP API: the one given (environment), else the one in `path`, else a new one that is
 * written there, readable by its owner only.
 */
export function apiToken(path: string, given: string | undefined): ApiToken {
  if (given !== undefined && given !== '') return { token: given, origin: 'given' };
  const kept = readToken(path);
  if (kept !== undefined) return { token: kept, origin: 'kept' };
  const token = randomBytes(24).toString('base64url');
  try {
    writePrivateFile(path, `${token}\n`);
  } catch (error) {
    throw new AppError('TOKEN_FILE', `The API token cannot be written to ${path}: ${errorText(error)}`, { cause: error });
  }
  return { token, origin: 'made' };
}

function readToken(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text.length >= 16 ? text : undefined;
  } catch {
    return undefined;
  }
}
