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
      .describe('TURN servers that browsers are told of, such as turn:turn.example.net:3478?transport=tcp. Empty: none.'),
    secretEnv: environmentName
      .default('PARLEY_TURN_SECRET')
      .describe('Name of the environment variable that holds the secret shared with the TURN server (`static-auth-secret` of coturn).'),
    ttlS: z
      .int()
      .min(60)
      .max(86_400)
      .default(3_600)
      .describe(
        'How long TURN credentials given to a browser are good, seconds. Longer than a call lasts; coturn asks anew at each refresh.',
      ),
  })
  .prefault({});

const tokenOptions = z
  .strictObject({
    required: z
      .boolean()
      .default(false)
      .describe('Whether a call needs a call token, which the server of the embedding site gets by POST /v1/call-tokens.'),
    ttlS: z
      .int()
      .min(5)
      .max(86_400)
      .default(120)
      .describe('How long a call token is good when its request names no time, seconds. It must be good when the call begins only.'),
    maxTtlS: z.int().min(5).max(86_400).default(3_600).describe('The longest time that a request for a token may ask for, seconds.'),
  })
  .prefault({});

const portsOptions = z
  .strictObject({
    first: z.int().min(0).max(65_535).default(30_000).describe('First UDP port of browser legs; 0: any that the system gives.'),
    last: z
      .int()
      .min(0)
      .max(65_535)
      .default(30_999)
      .describe('Last UDP port of browser legs, inclusive. One port a call and local address.'),
  })
  .refine(({ first, last }) => first === 0 || last >= first, 'webrtc.ports.last must not be below webrtc.ports.first')
  .prefault({});

export const webrtcOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether browsers may call by WebRTC.'),
    persona: z.string().min(1).max(128).default('bot').describe('Who answers a call whose address names nobody.'),
    maxCalls: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Most browser calls at a time, those still connecting included; one more gets 503.'),
    ice: z
      .enum(['lite', 'full'])
      .default('lite')
      .describe(
        '`lite`: answer checks only, fastest, for servers that browsers can reach. `full`: check too and use STUN and TURN, for servers behind NAT.',
      ),
    bindAddresses: z
      .array(address)
      .max(16)
      .default([])
      .describe('Local addresses for media, IPv4 and IPv6. Empty: every one the machine has.'),
    externalAddresses: z
      .array(address)
      .max(8)
      .default([])
      .describe('Addresses that the outside knows this machine by (1:1 NAT), offered beside the local ones.'),
    ports: portsOptions.describe('UDP ports for media.'),
    connectMs: z.int().min(1_000).max(120_000).default(15_000).describe('Until ICE and DTLS must be through after the answer, ms.'),
    goneMs: z
      .int()
      .min(2_000)
      .max(300_000)
      .default(15_000)
      .describe('A browser of which neither checks nor packets come for so long is gone and its call ends, ms.'),
    stunServers: z
      .array(stunUrl)
      .max(8)
      .default([])
      .describe('STUN servers that browsers (and `ice: full`) use, such as stun:stun.example.net:3478.'),
    turn: turnOptions.describe('Relays for callers whose network lets no UDP through.'),
    origins: z
      .array(origin)
      .max(256)
      .default([])
      .describe(
        "Origins of other sites whose pages may call, such as https://www.example.net. Empty: the server's own page only; '*': every one.",
      ),
    offersPerMinute: z.int().min(1).max(10_000).default(60).describe('Most offers from one address in a minute; one more gets 429.'),
    callTokens: tokenOptions.describe('Short-lived tokens for pages of other sites.'),
    maxOfferBytes: z.int().min(1_024).max(1_048_576).default(65_536).describe('Longest offer that is read, bytes; a longer one gets 413.'),
    websocket: websocketOptions.describe('The WebSocket leg, /ws/audio.'),
  })
  .prefault({});

export type WebRtcOptions = z.infer<typeof webrtcOptions>;

function isServerUrl(text: string, form: RegExp): boolean {
  const server = form.exec(text)?.[1];
  return server !== undefined && readOrigin(`http://${server}`) !== undefined;
}
