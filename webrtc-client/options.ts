import { z } from 'zod';
import { readOrigin } from './origins.ts';
import { websocketOptions } from './websocket/options.ts';

/** An address as it may stand in an ICE candidate; `bind` finds out whether it is this machine's. */
const address = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address such as 192.0.2.7 or 2001:db8::7' });
/** RFC 7064 and RFC 7065 section 3.1: a host and a port, no user and no path. */
const stunUrl = z
  .string()
  .refine((text) => isServerUrl(text, /^stuns?:([^?]*)$/), 'must be a STUN address such as stun:stun.example.net:3478');
const turnUrl = z
  .string()
  .refine(
    (text) => isServerUrl(text, /^turns?:([^?]*)(?:\?transport=(?:udp|tcp))?$/),
    'must be a TURN address such as turn:turn.example.net:3478?transport=tcp',
  );
const environmentName = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable, in capitals');
const origin = z
  .string()
  .refine(
    (text) => text === '*' || readOrigin(text) !== undefined,
    "must be an origin, which is scheme, host and port, such as https://www.example.net: no user, path, query or wildcard; or '*' for every one",
  );

const turnOptions = z
  .strictObject({
    urls: z
      .array(turnUrl)
      .max(8)
      .default([])
      .describe('TURN servers that browsers are given, such as turn:turn.example.net:3478?transport=tcp. Empty: none.'),
    secretEnv: environmentName
      .default('PARLEY_TURN_SECRET')
      .describe("Name of the environment variable that holds the TURN server's shared secret (coturn: `static-auth-secret`)."),
    ttlS: z
      .int()
      .min(60)
      .max(86_400)
      .default(3_600)
      .describe(
        'Lifetime of the TURN credentials of one browser, seconds. It must exceed the longest call, because coturn checks them again at each refresh.',
      ),
  })
  .prefault({});

const tokenOptions = z
  .strictObject({
    required: z
      .boolean()
      .default(false)
      .describe('Accept browser calls only with a call token, which the server of the embedding site gets from POST /v1/call-tokens.'),
    ttlS: z
      .int()
      .min(5)
      .max(86_400)
      .default(120)
      .describe('Lifetime of a call token whose request names none, seconds. A token is checked when a call begins, not later.'),
    maxTtlS: z.int().min(5).max(86_400).default(3_600).describe('Upper limit of the lifetime that a request may ask for, seconds.'),
  })
  .prefault({});

const portsOptions = z
  .strictObject({
    first: z.int().min(0).max(65_535).default(30_000).describe('First port of the range; 0: any free ports.'),
    last: z
      .int()
      .min(0)
      .max(65_535)
      .default(30_999)
      .describe('Last port of the range, inclusive. A call takes one port on each local address.'),
  })
  .refine(({ first, last }) => first === 0 || last >= first, 'webrtc.ports.last must not be below webrtc.ports.first')
  .prefault({});

export const webrtcOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Accept calls by WebRTC.'),
    persona: z.string().min(1).max(128).default('bot').describe('Persona that answers a WebRTC call whose address names none.'),
    maxCalls: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Upper limit of simultaneous WebRTC calls, including those still connecting; one more is refused with 503.'),
    ice: z
      .enum(['lite', 'full'])
      .default('lite')
      .describe(
        '`lite`: answer connectivity checks only; the fastest, for a server that browsers reach directly. `full`: send checks as well and use STUN and TURN, for a server behind NAT.',
      ),
    bindAddresses: z
      .array(address)
      .max(16)
      .default([])
      .describe('Local addresses for media, IPv4 and IPv6. Empty: all addresses of the machine.'),
    externalAddresses: z
      .array(address)
      .max(8)
      .default([])
      .describe('Public addresses of this machine behind 1:1 NAT; offered to browsers beside the local ones.'),
    ports: portsOptions.describe('UDP ports of WebRTC calls.'),
    connectMs: z.int().min(1_000).max(120_000).default(15_000).describe('Time limit for ICE and DTLS after the answer, ms.'),
    goneMs: z
      .int()
      .min(2_000)
      .max(300_000)
      .default(15_000)
      .describe('A browser that sends neither connectivity checks nor packets for this time is gone, and its call ends, ms.'),
    stunServers: z
      .array(stunUrl)
      .max(8)
      .default([])
      .describe('STUN servers that browsers (and `ice: full`) use, such as stun:stun.example.net:3478.'),
    turn: turnOptions.describe('TURN servers, which relay the calls of browsers whose network blocks UDP.'),
    origins: z
      .array(origin)
      .max(256)
      .default([])
      .describe(
        "Origins of other sites whose pages may call, such as https://www.example.net. Empty: only the server's own page. '*': all sites.",
      ),
    offersPerMinute: z
      .int()
      .min(1)
      .max(10_000)
      .default(60)
      .describe('Upper limit of offers from one address in a minute; one more is refused with 429.'),
    callTokens: tokenOptions.describe('Short-lived tokens for pages of other sites.'),
    maxOfferBytes: z
      .int()
      .min(1_024)
      .max(1_048_576)
      .default(65_536)
      .describe('Upper limit of the size of an offer, bytes; a larger one is refused with 413.'),
    websocket: websocketOptions.describe('WebSocket calls, at /ws/audio.'),
  })
  .prefault({});

export type WebRtcOptions = z.infer<typeof webrtcOptions>;

function isServerUrl(text: string, form: RegExp): boolean {
  const server = form.exec(text)?.[1];
  return server !== undefined && readOrigin(`http://${server}`) !== undefined;
}
