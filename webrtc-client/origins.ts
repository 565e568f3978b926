/** Where a request's page is from, seen from the server: no browser (or none of its pages) at all, our own page, another that may call, one that may not. */
export type OriginVerdict = 'absent' | 'same' | 'listed' | 'refused';

/**
 * `origin` and `host` as in the header fields; `allowed` as in the options. That both name one host proves little where anybody may have
 * pointed the name here (DNS rebinding): see `isProvedHost`.
 */
export function originVerdict(origin: string | undefined, host: string | undefined, allowed: readonly string[]): OriginVerdict {
  if (origin === undefined) return 'absent';
  const asked = readOrigin(origin);
  if (
    asked !== undefined &&
    host !== undefined &&
    asked.host === withoutDefaultPort(host.toLowerCase(), asked.protocol) &&
    isProvedHost(asked)
  )
    return 'same';
  if (allowed.includes('*')) return 'listed';
  return asked !== undefined && allowed.some((entry) => readOrigin(entry)?.origin === asked.origin) ? 'listed' : 'refused';
}

/**
 * Whether a page of this origin that asks the host it came from came from us. By https the certificate proves it. By http addresses and
 * localhost do, which no name server can point elsewhere; pages of other names get no microphone by http anyway.
 */
export function isProvedHost({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || /^(localhost|.+\.localhost|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(hostname);
}

/**
 * Whether a request may be told what is for callers of ours, such as credentials of the relay. Browsers name no origin when a page asks where it
 * came from, so a page that had its name pointed here would look like our own. `Sec-Fetch-Site`, which no page can set, comes by https and to
 * this machine itself only: there the answer is the browser's. Without it the host must be proved.
 */
export function mayBeTold(headers: AskingHeaders, isHttps: boolean, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  const verdict = originVerdict(origin, host, allowed);
  if (verdict !== 'absent') return verdict !== 'refused';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (allowed.includes('*') || isHttps || site === 'same-origin') return true;
  const asked = host === undefined ? undefined : readOrigin(`http://${host}`);
  return asked !== undefined && (isProvedHost(asked) || allowed.some((entry) => readOrigin(entry)?.host === asked.host));
}

export interface AskingHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | undefined;
}

/** Scheme, host and port; undefined for what has more than that, or is none (RFC 6454 section 6.2, RFC 9110 section 4.3.1). */
export function readOrigin(text: string): URL | undefined {
  if (text.length > LONGEST || !/^https?:\/\/[A-Za-z0-9._~[\]:-]+$/i.test(text)) return undefined;
  const url = URL.parse(text);
  return url === null || url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== ''
    ? undefined
    : url;
}

function withoutDefaultPort(host: string, protocol: string): string {
  return host.replace(protocol === 'https:' ? /:443$/ : /:80$/, '');
}

const LONGEST = 300;
