import type { AccountOptions } from '#sip-gateway/options';
import type { Fault } from './layers.ts';
import type { ReadText } from './secrets.ts';

/** The password of each account by its name, from the variable or file that it names. */
export function readAccountPasswords(
  accounts: readonly AccountOptions[],
  variables: Readonly<Record<string, string | undefined>>,
  readText: ReadText,
): { readonly passwords: ReadonlyMap<string, string>; readonly faults: readonly Fault[] } {
  const passwords = new Map<string, string>();
  const faults = accounts.flatMap((account, index): readonly Fault[] => {
    const read =
      account.passwordEnv === undefined ? fromFile(account.passwordFile ?? '', readText) : fromVariable(variables, account.passwordEnv);
    if (typeof read === 'string') {
      passwords.set(account.name, read);
      return [];
    }
    const [key, value] = account.passwordEnv === undefined ? ['passwordFile', account.passwordFile] : ['passwordEnv', account.passwordEnv];
    return [{ source: 'sip.accounts', key: `sip.accounts entry ${index + 1} ("${account.name}") ${key}`, value, message: read.fault }];
  });
  return { passwords, faults };
}

function fromVariable(variables: Readonly<Record<string, string | undefined>>, name: string): string | { readonly fault: string } {
  const password = variables[name];
  if (password === undefined || password === '')
    return { fault: 'is not set: put the password of the account into this environment variable' };
  return usable(password);
}

function fromFile(path: string, readText: ReadText): string | { readonly fault: string } {
  const read = readText(path);
  if ('error' in read) return { fault: `cannot be read: ${read.error}` };
  if ((read.mode & OTHERS_MAY) !== 0)
    return { fault: `may be read or written by others (mode ${(read.mode & 0o777).toString(8).padStart(4, '0')}): chmod 600 it` };
  // An editor ends the last line; a password may begin or end with a space.
  const password = read.text.replace(/\r?\n$/, '');
  return password === '' ? { fault: 'is empty; it must hold the password of the account' } : usable(password);
}

function usable(password: string): string | { readonly fault: string } {
  return /^\P{Cc}{1,256}$/u.test(password) ? password : { fault: 'must hold one line of 1 to 256 printable characters' };
}

/** Group and others: nothing at all. */
const OTHERS_MAY = 0o077;
