/** Where a request's page is from, seen from the server: no browser (or none of its pages) at all, our own page, another that may call, one that may not. */
export type OriginVerdict = 'absent' | 'same' | 'listed' | 'refused';

/**
 * `origin` and `host` as in the header fields; `allowed` as in the options. That both name one host proves little where anybody may have
 * pointed the name here (DNS rebinding): see `isProvedHost`.
 */
export function originVerdict(origin: string | undefined, host: string | undefined, allowed: readonly string[]): OriginVerdict {
  if (origin === undefined) return 'absent';
  const asked = parse(origin);
  if (asked !== undefined && host !== undefined && asked.host === withoutDefaultPort(host.toLowerCase(), asked.protocol) && isProvedHost(asked)) return 'same';
  if (allowed.includes('*')) return 'listed';
  return asked !== undefined && allowed.some((entry) => parse(entry)?.origin === asked.origin) ? 'listed' : 'refused';
}

/**
 * Whether a page of this origin that asks the host it came from came from us. By https the certificate proves it. By http addresses and
 * localhost do, which no name server can point elsewhere; pages of other names get no microphone by http anyway.
 */
export function isProvedHost({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || /^(localhost|.+\.localhost|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(hostname);
}

function parse(origin: string): URL | undefined {
  const url = origin.length > LONGEST ? null : URL.parse(origin);
  return url === null || !/^https?:$/.test(url.protocol) ? undefined : url;
}

function withoutDefaultPort(host: string, protocol: string): string {
  return host.replace(protocol === 'https:' ? /:443$/ : /:80$/, '');
}

const LONGEST = 300;
