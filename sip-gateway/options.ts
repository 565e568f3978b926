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
      .describe('Who speaks SIP on the network: the server inside this process, or a drachtio daemon.'),
    bindAddress: address
      .default('0.0.0.0')
      .describe('Address that the embedded SIP server listens on; 0.0.0.0 means all IPv4 addresses of the machine.'),
    port: z.int().min(0).max(65_535).default(5060).describe('SIP port of the embedded server, UDP and TCP; 0 takes a free one.'),
    transports: z
      .array(z.enum(['udp', 'tcp']))
      .min(1)
      .default(['udp', 'tcp'])
      .describe('Transports that the embedded server listens on.'),
    externalAddress: z
      .union([z.literal('auto'), address])
      .default('auto')
      .describe(
        'Address that callers reach this machine at, named in Contact, Via and SDP. `auto`: the first IPv4 address that is not loopback. Callers on this machine are always told 127.0.0.1.',
      ),
    allow: z
      .array(range)
      .min(1)
      .max(256)
      .default([...privateNetworks])
      .describe('Address ranges from which calls are taken; everybody else gets 403. Default: loopback and private networks.'),
    ringMs: z.int().min(0).max(60_000).default(0).describe('How long a call rings before it is answered, ms.'),
    ackMs: z
      .int()
      .min(1_000)
      .max(32_000)
      .default(8_000)
      .describe(
        'An answered call that the caller does not acknowledge (ACK) within so long has ended, ms. The answer is sent five times until then.',
      ),
    drachtio: z
      .strictObject({
        host: z.string().min(1).max(253).default('127.0.0.1').describe('Host of the drachtio daemon.'),
        port: z.int().min(1).max(65_535).default(9022).describe('Control port of the drachtio daemon.'),
        secretEnv: z
          .string()
          .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable, in capitals')
          .default('DRACHTIO_SECRET')
          .describe('Name of the environment variable that holds the secret of the drachtio daemon.'),
      })
      .prefault({})
      .describe('Used with backend `drachtio` only.'),
    connectTimeoutMs: z
      .int()
      .min(100)
      .max(120_000)
      .default(10_000)
      .describe('How long the start waits for the control connection to the SIP server, ms.'),
  })
  .prefault({});

export type SipOptions = z.infer<typeof sipOptions>;
