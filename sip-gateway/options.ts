import { z } from 'zod';
import { isAddressRange } from '#kit/ip/address-ranges';
import { isIpAddress } from '#kit/ip/ip-address';
import { CODEC_NAMES, CODECS, type AudioCodec } from '#media';
import { accountsOptions, trunksOptions } from './account-options.ts';

const address = z.string().refine(isIpAddress, 'must be an IPv4 or IPv6 address such as 192.0.2.7');
const range = z.string().refine(isAddressRange, 'must be an address or a range such as 192.0.2.0/24 or 2001:db8::/32');

/** Loopback, private (RFC 1918), link-local and unique local addresses: whoever is in the same house. */
export const privateNetworks: readonly string[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

const port = (usual: number) => z.int().min(0).max(65_535).default(usual);
const path = z.string().min(1).optional();

const tlsOptions = z
  .strictObject({
    port: port(5061).describe('Port of the SIP server for TLS; 0 takes a free one.'),
    certFile: path.describe('PEM file of the certificate with its chain. A changed file takes effect within seconds, without a restart.'),
    keyFile: path.describe("PEM file of the certificate's private key, without a passphrase."),
    caFile: path.describe("PEM file of the authorities that peers' certificates are checked against. Default: those that Node.js knows."),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('Oldest version of TLS that is accepted.'),
    clientCertificates: z
      .enum(['off', 'optional', 'required'])
      .default('off')
      .describe(
        'Certificates of those who connect. `optional` asks and accepts anybody, `required` accepts only a certificate that an authority of sip.tls.caFile has signed.',
      ),
  })
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    path: ['certFile'],
    error: 'must come together with the other of sip.tls.certFile and sip.tls.keyFile: set both or neither',
  })
  .refine(({ clientCertificates, caFile }) => clientCertificates !== 'required' || caFile !== undefined, {
    path: ['caFile'],
    error: 'is missing: with sip.tls.clientCertificates: required it names the authorities that are accepted',
  })
  .prefault({});

const webSocketOptions = z
  .strictObject({
    port: port(5066).describe('Port of the SIP server for ws; 0 takes a free one.'),
    securePort: port(7443).describe('Port of the SIP server for wss; 0 takes a free one.'),
    origins: z
      .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://phone.example.net, without a path'))
      .max(64)
      .default([])
      .describe('Origins of web pages that may connect; every other page gets 403. Clients that are no pages send none and may connect.'),
  })
  .prefault({});

/** Every codec there is: a new one is spoken once it is a row of the table. */
const NARROWBAND_FIRST: AudioCodec[] = CODEC_NAMES.toSorted((a, b) => CODECS[a].sampleRateHz - CODECS[b].sampleRateHz);

export const sipOptions = z
  .strictObject({
    backend: z
      .enum(['embedded', 'drachtio'])
      .default('embedded')
      .describe('`embedded`: the SIP server inside this process. `drachtio`: a drachtio daemon, which has to be running.'),
    bindAddress: address.default('0.0.0.0').describe('Local address of the SIP server; 0.0.0.0 is every IPv4 address of the machine.'),
    port: port(5060).describe('Port of the SIP server, UDP and TCP; 0 takes a free one.'),
    transports: z
      .array(z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']))
      .min(1)
      .default(['udp', 'tcp'])
      .refine((list) => new Set(list).size === list.length, 'must name each transport once')
      .describe(
        'Transports of the SIP server: udp, tcp, tls, ws (SIP over WebSocket) and wss. tls and wss need sip.tls.certFile and sip.tls.keyFile.',
      ),
    tls: tlsOptions.describe('SIP over TLS, and what it shares with wss.'),
    webSocket: webSocketOptions.describe('SIP over WebSocket (RFC 7118), for telephones that speak it.'),
    externalAddress: z
      .union([z.literal('auto'), address])
      .default('auto')
      .describe(
        'Address that callers reach this machine at; it is named in Contact, Via and SDP. `auto`: the first IPv4 address that is not loopback. Callers on this machine are always told 127.0.0.1.',
      ),
    allow: z
      .array(range)
      .min(1)
      .max(256)
      .default([...privateNetworks])
      .describe(
        'Address ranges whose calls are accepted; a call from elsewhere is refused with 403. The default is loopback and private networks.',
      ),
    accounts: accountsOptions,
    trunks: trunksOptions,
    codecs: z
      .array(z.enum(CODEC_NAMES))
      .min(1)
      .refine((codecs) => new Set(codecs).size === codecs.length, 'must name each codec once')
      .default(() => NARROWBAND_FIRST)
      .describe(
        'Codecs of calls by SIP, the preferred first; our own offers name them in this order. Neighbours with the same sample rate are equal: the order of the caller decides between PCMU and PCMA. The default prefers G.711, which costs the least CPU time; a caller who offers only G.722 or Opus gets that. For wideband audio wherever a caller offers it: [G722, opus, PCMU, PCMA].',
      ),
    srtp: z
      .enum(['off', 'optional', 'required'])
      .default('optional')
      .describe(
        'Encrypted audio (SRTP, keys in SDP) of calls by SIP. `optional`: encrypted where the caller offers it. `required`: a call without it is refused with 488. `off`: encrypted offers are refused. The keys are as secret as the signalling: use the transport tls.',
      ),
    ringMs: z.int().min(0).max(60_000).default(0).describe('Time that a call rings before it is answered, ms.'),
    ackMs: z
      .int()
      .min(1_000)
      .max(32_000)
      .default(8_000)
      .describe('Time limit for the ACK of an answered call, ms. The 200 is repeated until then; a call without ACK is ended.'),
    drachtio: z
      .strictObject({
        host: z.string().min(1).max(253).default('127.0.0.1').describe('Host of the daemon.'),
        port: z.int().min(1).max(65_535).default(9022).describe('Control port of the daemon.'),
        secretEnv: z
          .string()
          .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable, in capitals')
          .default('DRACHTIO_SECRET')
          .describe("Name of the environment variable that holds the daemon's secret."),
      })
      .prefault({})
      .describe('The drachtio daemon; used with `sip.backend: drachtio` only.'),
    connectTimeoutMs: z
      .int()
      .min(100)
      .max(120_000)
      .default(10_000)
      .describe('At the start: time limit for the control connection to the SIP server, ms.'),
  })
  .refine(
    ({ transports, tls }) => tls.certFile !== undefined || !transports.some((transport) => transport === 'tls' || transport === 'wss'),
    {
      path: ['tls', 'certFile'],
      error: 'is missing: sip.transports names tls or wss, and these need sip.tls.certFile and sip.tls.keyFile',
    },
  )
  .superRefine(({ backend, transports, accounts, trunks }, context) => {
    // What a daemon listens on, nobody here knows.
    if (backend !== 'embedded') return;
    const report = (list: string, index: number, transport: string): void =>
      context.addIssue({
        code: 'custom',
        path: [list],
        message: `entry ${index + 1} is to be reached by ${transport}, which sip.transports must name too`,
      });
    accounts.forEach(({ transport }, index) => transports.includes(transport) || report('accounts', index, transport));
    trunks.forEach(
      ({ ping }, index) => ping === undefined || transports.includes(ping.transport) || report('trunks', index, ping.transport),
    );
  })
  .prefault({});

export type { AccountOptions } from './account-options.ts';
export type SipOptions = z.infer<typeof sipOptions>;

export interface SipListener {
  readonly transport: SipOptions['transports'][number];
  /** What the port is one of. */
  readonly socket: 'udp' | 'tcp';
  readonly port: number;
  readonly portKey: string;
}

/** The sockets that the embedded server opens, all at `sip.bindAddress`. */
export function sipListeners({ backend, transports, port: plain, tls, webSocket }: SipOptions): readonly SipListener[] {
  if (backend !== 'embedded') return [];
  const of = {
    udp: { socket: 'udp', port: plain, portKey: 'sip.port' },
    tcp: { socket: 'tcp', port: plain, portKey: 'sip.port' },
    tls: { socket: 'tcp', port: tls.port, portKey: 'sip.tls.port' },
    ws: { socket: 'tcp', port: webSocket.port, portKey: 'sip.webSocket.port' },
    wss: { socket: 'tcp', port: webSocket.securePort, portKey: 'sip.webSocket.securePort' },
  } as const satisfies Record<SipListener['transport'], Omit<SipListener, 'transport'>>;
  return transports.map((transport) => ({ transport, ...of[transport] }));
}
