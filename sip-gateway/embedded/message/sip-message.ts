import { headerDisplayName, headerKey } from './header-names.ts';

export interface HeaderField {
  /** Long name as it is written. */
  readonly name: string;
  /** Long name in lower case. */
  readonly key: string;
  /** Unfolded, without surrounding white space, without CR and LF. */
  readonly value: string;
}

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array;
}

export type SipMessage = SipRequest | SipResponse;

export const NO_BODY = new Uint8Array(0);

export function header(name: string, value: string): HeaderField {
  return { name: headerDisplayName(name), key: headerKey(name), value };
}

/** The first field of that name; `key` in lower case. */
export function headerValue(message: { readonly headers: readonly HeaderField[] }, key: string): string | undefined {
  for (const field of message.headers) if (field.key === key) return field.value;
  return undefined;
}

export function headerFields(message: { readonly headers: readonly HeaderField[] }, key: string): readonly HeaderField[] {
  return message.headers.filter((field) => field.key === key);
}

/** Whether a comma list such as Supported or Require names `tag`, ignoring case. */
export function listsToken(message: { readonly headers: readonly HeaderField[] }, key: string, tag: string): boolean {
  return listTokens(message, key).includes(tag.toLowerCase());
}

/** All entries of a comma list, in lower case. */
export function listTokens(message: { readonly headers: readonly HeaderField[] }, key: string): readonly string[] {
  const tokens: string[] = [];
  for (const field of message.headers) {
    if (field.key !== key) continue;
    for (const part of field.value.split(',')) {
      const token = part.trim().toLowerCase();
      if (token !== '') tokens.push(token);
    }
  }
  return tokens;
}
