/**
 * Whether a page of `origin` may open the connection (RFC 6455 section 10.2). Clients that are no browsers name none. Pages of the host that is
 * asked may, whatever their port: the seed's page is served from another one.
 */
export function originAllowed(allowed: readonly string[], origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  const hostname = host === undefined ? undefined : hostnameOf(`http://${host}`);
  return hostname !== undefined && hostnameOf(origin) === hostname;
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** What a client asks for when it connects. */
export interface ConnectionRequest {
  readonly persona: string | undefined;
  readonly token: string | undefined;
  /** The messages of `signalling.ts` are wanted beside the seed's. */
  readonly extended: boolean;
}

/** Reads the address, `/ws/audio?persona=bot&protocol=parley.v1&token=...`, and the header fields; undefined: another path, or none. */
export function readRequest(url: string | undefined, authorization: string | undefined, protocols: readonly string[]): ConnectionRequest | undefined {
  if (url === undefined || url.length > LONGEST_URL || !URL.canParse(url, BASE)) return undefined;
  const { pathname, searchParams } = new URL(url, BASE);
  if (pathname !== '/ws/audio' && pathname !== '/ws/audio/') return undefined;
  return {
    persona: searchParams.get('persona') ?? undefined,
    token: searchParams.get('token') ?? /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1],
    extended: searchParams.get('protocol') === EXTENDED_PROTOCOL || protocols.includes(EXTENDED_PROTOCOL),
  };
}

/** Name of the extension, in the query or as the WebSocket subprotocol. */
export const EXTENDED_PROTOCOL = 'parley.v1';
const BASE = 'http://host';
const LONGEST_URL = 8_192;
