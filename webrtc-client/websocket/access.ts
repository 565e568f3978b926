import { isProvedHost, originVerdict, readOrigin } from '../origins.ts';

/**
 * Whether a page of `origin` may open the connection (RFC 6455 section 10.2): by the rules of WebRTC calls, and from the host that is asked
 * whatever the port, because the seed's page is served from another one. Clients that are no browsers name none.
 */
export function originAllowed(allowed: readonly string[], origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || originVerdict(origin, host, allowed) !== 'refused') return true;
  const page = readOrigin(origin);
  return page !== undefined && host !== undefined && readOrigin(`http://${host}`)?.hostname === page.hostname && isProvedHost(page);
}

/** What a client asks for when it connects. */
export interface ConnectionRequest {
  readonly persona: string | undefined;
  /** What the caller wants to be called. */
  readonly name: string | undefined;
  readonly token: string | undefined;
  /** The messages of `signalling.ts` are wanted beside the seed's. */
  readonly extended: boolean;
}

/** Reads the address, `/ws/audio?persona=bot&protocol=parley.v1&token=...`, and the header fields; undefined: another path, or none. */
export function readRequest(
  url: string | undefined,
  authorization: string | undefined,
  protocols: readonly string[],
): ConnectionRequest | undefined {
  if (url === undefined || url.length > MAX_URL || !URL.canParse(url, BASE)) return undefined;
  const { pathname, searchParams } = new URL(url, BASE);
  if (pathname !== '/ws/audio' && pathname !== '/ws/audio/') return undefined;
  return {
    persona: given(searchParams.get('persona')),
    name: given(searchParams.get('name')),
    token: searchParams.get('token') ?? /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1],
    extended: searchParams.get('protocol') === EXTENDED_PROTOCOL || protocols.includes(EXTENDED_PROTOCOL),
  };
}

function given(text: string | null): string | undefined {
  return text === null || text.trim() === '' ? undefined : text;
}

/** Name of the extension, in the query or as the WebSocket subprotocol. */
export const EXTENDED_PROTOCOL = 'parley.v1';
const BASE = 'http://host';
const MAX_URL = 8_192;
