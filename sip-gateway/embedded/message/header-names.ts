/** Long names of the one-letter forms (RFC 3261 section 7.3.3 and the registry that followed it). */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Names whose usual spelling is not simply each word capitalised. */
const SPELLING: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  rseq: 'RSeq',
  rack: 'RAck',
  'mime-version': 'MIME-Version',
  'min-se': 'Min-SE',
  'www-authenticate': 'WWW-Authenticate',
  'sip-etag': 'SIP-ETag',
  'sip-if-match': 'SIP-If-Match',
  'p-rtp-stat': 'P-RTP-Stat',
  'p-access-network-info': 'P-Access-Network-Info',
};

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const displayNames = new Map<string, string>();
/** Names seen on the network are remembered up to here; a peer that invents names must not fill the memory. */
const DISPLAY_NAMES_MAX = 500;

/** The key under which a field is looked up: long form, lower case. */
export function headerKey(name: string): string {
  const lower = name.toLowerCase();
  return lower.length === 1 ? (COMPACT[lower] ?? lower) : lower;
}

/** How a field name is written: canonical where known, each word capitalised otherwise, `X-` names as they came. */
export function headerDisplayName(name: string): string {
  const known = displayNames.get(name);
  if (known !== undefined) return known;
  const display = spell(name);
  if (displayNames.size < DISPLAY_NAMES_MAX) displayNames.set(name, display);
  return display;
}

export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

function spell(name: string): string {
  if (/^x-/i.test(name)) return name;
  const key = headerKey(name);
  return (
    SPELLING[key] ??
    key
      .split('-')
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join('-')
  );
}
