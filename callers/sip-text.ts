/** Just enough SIP and SDP text for a caller that dials one address: RFC 3261, RFC 4566. */
export interface SipMessage {
  readonly startLine: string;
  /** Absent in requests. */
  readonly status: number | undefined;
  readonly method: string | undefined;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

export interface SdpSummary {
  readonly address: string;
  readonly port: number;
  readonly payloadTypes: readonly number[];
  readonly dtmfPayloadType: number | undefined;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  k: 'supported',
};

/** Undefined where it is no SIP. */
export function parseSip(datagram: string): SipMessage | undefined {
  const split = datagram.indexOf('\r\n\r\n');
  const head = split < 0 ? datagram : datagram.slice(0, split);
  const [startLine = '', ...lines] = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const status = /^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1];
  const method = /^([A-Z]+) \S+ SIP\/2\.0$/.exec(startLine)?.[1];
  if (status === undefined && method === undefined) return undefined;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = COMPACT[written] ?? written;
    const values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(name, values);
  }
  return {
    startLine,
    status: status === undefined ? undefined : Number(status),
    method,
    headers,
    body: split < 0 ? '' : datagram.slice(split + 4),
  };
}

export function header(message: SipMessage, name: string): string {
  return message.headers.get(name)?.[0] ?? '';
}

export function writeSip(startLine: string, headers: readonly (readonly [string, string])[], body = ''): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [startLine, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** The URI inside `<...>`, or the bare one without parameters. */
export function uriOf(nameAddr: string): string {
  return /<([^>]+)>/.exec(nameAddr)?.[1] ?? nameAddr.split(';')[0]?.trim() ?? '';
}

export function tagOf(nameAddr: string): string | undefined {
  return /;\s*tag=([^;\s>]+)/i.exec(nameAddr.replace(/<[^>]*>/, ''))?.[1];
}

export interface SipAddress {
  readonly host: string;
  readonly port: number;
}

export function addressOfUri(uri: string): SipAddress {
  const match = /^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;?]+)(?::(\d+))?/i.exec(uri);
  if (!match) throw new Error(`"${uri}" is no SIP address; one looks like sip:bot@127.0.0.1:5060`);
  return { host: (match[1] as string).replace(/^\[|\]$/g, ''), port: match[2] === undefined ? 5060 : Number(match[2]) };
}

export interface SdpRequest {
  readonly address: string;
  readonly port: number;
  readonly payloadTypes: readonly number[];
  readonly direction?: SdpSummary['direction'];
  readonly version: number;
}

const DTMF_PAYLOAD_TYPE = 101;

export function writeSdp(request: SdpRequest): string {
  const names: Readonly<Record<number, string>> = { 0: 'PCMU/8000', 8: 'PCMA/8000', 9: 'G722/8000', 18: 'G729/8000' };
  return [
    'v=0',
    `o=caller 1 ${request.version} IN IP4 ${request.address}`,
    's=-',
    `c=IN IP4 ${request.address}`,
    't=0 0',
    `m=audio ${request.port} RTP/AVP ${[...request.payloadTypes, DTMF_PAYLOAD_TYPE].join(' ')}`,
    ...request.payloadTypes.map((type) => `a=rtpmap:${type} ${names[type] ?? 'PCMU/8000'}`),
    `a=rtpmap:${DTMF_PAYLOAD_TYPE} telephone-event/8000`,
    `a=fmtp:${DTMF_PAYLOAD_TYPE} 0-16`,
    'a=ptime:20',
    `a=${request.direction ?? 'sendrecv'}`,
    '',
  ].join('\r\n');
}

/** Undefined where the body offers no audio. */
export function parseSdp(body: string): SdpSummary | undefined {
  const media = /^m=audio (\d+) \S+ ([\d ]+)/m.exec(body);
  if (!media) return undefined;
  const audioPart = body.slice(media.index);
  const connection = /^c=IN IP4 (\S+)/m.exec(audioPart) ?? /^c=IN IP4 (\S+)/m.exec(body);
  const dtmf = /^a=rtpmap:(\d+) telephone-event\/8000/im.exec(audioPart)?.[1];
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(audioPart)?.[1] as SdpSummary['direction'] | undefined;
  return {
    address: connection?.[1] ?? '',
    port: Number(media[1]),
    payloadTypes: (media[2] as string).trim().split(/\s+/).map(Number),
    dtmfPayloadType: dtmf === undefined ? undefined : Number(dtmf),
    direction: direction ?? 'sendrecv',
  };
}
