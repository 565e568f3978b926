import { z } from 'zod';
import { isAddressRange } from '#kit/ip/address-ranges';
import { bareHost, isIpAddress } from '#kit/ip/ip-address';

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]{0,62}$/, 'must be a name of letters, digits, dots, dashes and underscores that begins with a letter')
  .describe('What logs, metrics and /health call it.');
const hostAndPort = z.string().refine(isHostAndPort, 'must be a host, or a host and port, such as pbx.example.net or pbx.example.net:5070');
const transport = z.enum(['udp', 'tcp', 'tls']).default('udp').describe('Transport to it; must be one of sip.transports.');
const persona = z.string().min(1).max(128).describe('Who answers.');
/** What the user part of a URI may hold unescaped (RFC 3261 section 25.1), and no more: nothing of it can end the URI or the header. */
const user = z
  .string()
  .regex(/^[A-Za-z0-9._~!*'()&=+$,%-]{1,128}$/, 'must be the user part of a SIP address, without spaces, @ and colons');
/** Goes into a quoted string: no control characters. */
const printable = /^\P{Cc}{1,256}$/u;

const accountOptions = z
  .strictObject({
    name,
    domain: z
      .string()
      .refine((text) => isHostAndPort(text), 'must be a host, or a host and port, such as pbx.example.net')
      .describe('Part after the @ of its address.'),
    user: user.describe('Part before the @ of its address: an extension or a number.'),
    authUser: z.string().regex(printable, 'must be printable').optional().describe('User name of the credentials. Default: user.'),
    passwordEnv: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable, in capitals')
      .optional()
      .describe('Name of the environment variable that holds the password.'),
    passwordFile: z.string().min(1).optional().describe('File that holds the password; mode 0600.'),
    registrars: z.array(hostAndPort).min(1).max(8).optional().describe('Registrars, the preferred first. Default: domain.'),
    outboundProxy: hostAndPort.optional().describe('Where all of its requests go, if not to the registrar.'),
    transport,
    expiresS: z.int().min(60).max(86_400).default(3_600).describe('Lifetime that is asked for, seconds; the registrar decides.'),
    rewriteContact: z.boolean().default(true).describe('Behind NAT, register the address that the registrar sees.'),
    persona,
  })
  .refine(({ passwordEnv, passwordFile }) => (passwordEnv === undefined) !== (passwordFile === undefined), {
    path: ['passwordEnv'],
    error: 'must name where its password is: set either passwordEnv or passwordFile',
  });

const trunkOptions = z.strictObject({
  name,
  hosts: z
    .array(z.string().refine(isAddressRange, 'must be an address or a range such as 192.0.2.0/24 or 2001:db8::/32'))
    .min(1)
    .max(256)
    .describe('Addresses and ranges that its calls come from.'),
  persona: persona.optional().describe('Who answers, whatever was dialled. Default: whoever has the name that was dialled.'),
  ping: z
    .strictObject({
      target: hostAndPort.describe('Host that is asked.'),
      transport,
      intervalS: z.int().min(10).max(3_600).default(60).describe('Time between two OPTIONS, seconds.'),
    })
    .optional()
    .describe('Ask by OPTIONS whether it is there.'),
});

export type AccountOptions = z.infer<typeof accountOptions>;
export type TrunkOptions = z.infer<typeof trunkOptions>;

export const accountsOptions = z
  .array(accountOptions)
  .max(100)
  .default([])
  .superRefine((accounts, context) => {
    repeatedIn(accounts, ({ name: it }) => it).forEach(([index, first]) =>
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `has the same name as entry ${first + 1}; names must differ` }),
    );
    repeatedIn(accounts, addressOf).forEach(([index, first]) =>
      context.addIssue({
        code: 'custom',
        path: [index, 'user'],
        message: `is the same ${addressOf(accounts[index]!)} as entry ${first + 1}; an address must be registered once`,
      }),
    );
  })
  .describe(
    'Accounts at exchanges (PBX) and providers that Parley registers, to be called there. Each: name, domain, user, passwordEnv or passwordFile, persona; and where wanted authUser, registrars, outboundProxy, transport, expiresS, rewriteContact. See docs/telephony/plain-account.md.',
  );

export const trunksOptions = z
  .array(trunkOptions)
  .max(100)
  .default([])
  .superRefine((trunks, context) => {
    repeatedIn(trunks, ({ name: it }) => it).forEach(([index, first]) =>
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `has the same name as entry ${first + 1}; names must differ` }),
    );
    repeatedHosts(trunks).forEach(([index, host, other]) =>
      context.addIssue({
        code: 'custom',
        path: [index, 'hosts'],
        message: `has ${host}, which is of trunk ${other} already; an address must belong to one trunk`,
      }),
    );
  })
  .describe(
    'Trunks: exchanges and providers whose calls are known by the address that they come from, and accepted beside sip.allow. Each: name, hosts; and where wanted persona and ping (target, transport, intervalS).',
  );

/** `user@domain`, as registrars compare it: the host without regard to case. */
function addressOf({ user: part, domain }: Pick<AccountOptions, 'user' | 'domain'>): string {
  return `${part}@${domain.toLowerCase()}`;
}

/** Host and, where one was written, port. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } {
  const [, literal, host = '', port] = HOST_PORT.exec(text) ?? [];
  return { host: literal ?? host, port: port === undefined ? undefined : Number(port) };
}

/** Entries that are like an earlier one, each with that. */
function repeatedIn<T>(entries: readonly T[], keyOf: (entry: T) => string): readonly (readonly [number, number])[] {
  const keys = entries.map(keyOf);
  return keys.flatMap((key, index) => (keys.indexOf(key) < index ? [[index, keys.indexOf(key)] as const] : []));
}

function repeatedHosts(trunks: readonly TrunkOptions[]): readonly (readonly [number, string, string])[] {
  const owner = new Map<string, number>();
  return trunks.flatMap(({ hosts }, index) =>
    hosts.flatMap((host) => {
      const other = owner.get(host.toLowerCase());
      if (other === undefined) owner.set(host.toLowerCase(), index);
      return other === undefined || other === index ? [] : [[index, host, trunks[other]?.name ?? ''] as const];
    }),
  );
}

function isHostAndPort(text: string): boolean {
  if (isIpAddress(text) && !text.startsWith('[')) return !text.includes(':');
  const [, literal, host = '', port = '1'] = HOST_PORT.exec(text) ?? [];
  if (Number(port) < 1 || Number(port) > 65_535) return false;
  if (literal !== undefined) return isIpAddress(bareHost(literal));
  // A name of RFC 1123 section 2.1; what is all numbers would be an address.
  return (
    isIpAddress(host) ||
    (host.length <= 253 &&
      !/^[\d.]*$/.test(host) &&
      host.split('.').every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label)))
  );
}

/** IPv6 in brackets, as URIs want it. */
const HOST_PORT = /^(?:(\[[0-9A-Fa-f:.]+\])|([^:[\]\s]*))(?::(\d{1,5}))?$/;
