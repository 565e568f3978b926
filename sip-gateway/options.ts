import { z } from 'zod';
import { parseCidr, parseIpAddress } from './ip-address.ts';

const address = z.string().refine((text) => parseIpAddress(text) !== undefined, 'must be an IPv4 or IPv6 address such as 192.0.2.7');
const range = z
  .string()
  .refine((text) => parseCidr(text) !== undefined, 'must be an address or a range such as 192.0.2.0/24 or 2001:db8::/32');

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

export const sipOptions = z
  .strictObject({
    backend: z
      .enum(['embedded', 'drachtio'])
      .default('embedded')
      .describe('`embedded`: the SIP server inside this process. `drachtio`: a drachtio daemon, which has to be running.'),
    bindAddress: address.default('0.0.0.0').describe('Local address of the SIP server; 0.0.0.0 is every IPv4 address of the machine.'),
    port: z.int().min(0).max(65_535).default(5060).describe('Port of the SIP server, UDP and TCP; 0 takes a free one.'),
    transports: z
      .array(z.enum(['udp', 'tcp']))
      .min(1)
      .default(['udp', 'tcp'])
      .describe('Transports of the SIP server: udp, tcp or both.'),
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
  .prefault({});

export type SipOptions = z.infer<typeof sipOptions>;
