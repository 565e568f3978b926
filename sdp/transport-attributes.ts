import { readCandidate } from './candidate.ts';
import { excerpt, strict, type SdpFault } from './faults.ts';
import { all, has, one, type Attribute, type Section } from './text.ts';

/**
 * ICE and DTLS of one media description (RFC 8839, RFC 8122, RFC 8842); what it lacks is taken from the session's part. The
 * call's security rests on them, so nothing that is wrong is passed over, whoever sent it.
 */
export interface OfferedTransport {
  readonly usernameFragment: string;
  readonly password: string;
  /** As in `a=candidate:`, without `a=`; those of RTP over UDP or TCP, at most 64. */
  readonly candidates: readonly string[];
  readonly fingerprints: readonly Fingerprint[];
  readonly setup: 'actpass' | 'active' | 'passive';
}

export interface Fingerprint {
  /** In lower case: `sha-256`. */
  readonly algorithm: string;
  /** Pairs of hexadecimal digits in capitals, joined by colons. */
  readonly value: string;
}

export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}

export function readTransport(section: Section, session: Section, fault: SdpFault): OfferedTransport {
  const credentials = readCredentials(section, session, fault);
  if (credentials === undefined) throw fault(section.line, 'a=ice-ufrag and a=ice-pwd are missing; every browser sends both');
  return {
    ...credentials,
    candidates: readCandidates(section, fault),
    fingerprints: readFingerprints(section, session, fault),
    setup: readSetup(section, session, fault),
  };
}

/** Undefined where neither stands; one without the other is a fault. RFC 8839 section 5.4. */
export function readCredentials(section: Section, session: Section, fault: SdpFault): IceCredentials | undefined {
  const ufrag = one(section, 'ice-ufrag', strict(fault)) ?? one(session, 'ice-ufrag', strict(fault));
  const pwd = one(section, 'ice-pwd', strict(fault)) ?? one(session, 'ice-pwd', strict(fault));
  if (ufrag === undefined && pwd === undefined) return undefined;
  if (ufrag === undefined) throw fault(pwd?.line ?? 0, 'a=ice-pwd stands without a=ice-ufrag');
  if (pwd === undefined) throw fault(ufrag.line, 'a=ice-ufrag stands without a=ice-pwd');
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag.value))
    throw fault(ufrag.line, `a=ice-ufrag:${excerpt(ufrag.value)} must be 4 to 256 letters, digits, '+' and '/'`);
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(pwd.value)) throw fault(pwd.line, "a=ice-pwd must be 22 to 256 letters, digits, '+' and '/'");
  return { usernameFragment: ufrag.value, password: pwd.value };
}

/** Those that make no sense are passed over, as RFC 8839 section 5.1 wants of what is not understood. */
export function readCandidates(section: Section, fault: SdpFault): readonly string[] {
  const readable = all(section, 'candidate', MAX_CANDIDATES, strict(fault)).filter(({ value }) => readCandidate(value)?.component === 1);
  return readable.map(({ value }) => `candidate:${value}`);
}

function readFingerprints(section: Section, session: Section, fault: SdpFault): readonly Fingerprint[] {
  const own = all(section, 'fingerprint', MAX_FINGERPRINTS, strict(fault));
  const given = own.length > 0 ? own : all(session, 'fingerprint', MAX_FINGERPRINTS, strict(fault));
  const usable = given.flatMap((entry) => readFingerprint(entry, fault) ?? []);
  if (usable.length === 0) {
    throw fault(
      given[0]?.line ?? section.line,
      'no usable a=fingerprint is given; sha-256 of the certificate is right, as in a=fingerprint:sha-256 AB:CD:...',
    );
  }
  return usable;
}

/** Undefined for a hash that proves nothing (MD5) or that is not known here. */
function readFingerprint({ value, line }: Attribute, fault: SdpFault): Fingerprint | undefined {
  const [, algorithm = '', digits = ''] = /^([A-Za-z0-9-]{1,16})\s+(\S+)$/.exec(value) ?? [];
  const bytes = HASH_BYTES[algorithm.toLowerCase()];
  if (bytes === undefined) return undefined;
  if (!/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$/.test(digits) || digits.length !== bytes * 3 - 1) {
    throw fault(line, `a=fingerprint:${excerpt(value)} must be ${bytes} pairs of hexadecimal digits joined by colons`);
  }
  return { algorithm: algorithm.toLowerCase(), value: digits.toUpperCase() };
}

/** Absent means active: RFC 4145 section 4. */
function readSetup(section: Section, session: Section, fault: SdpFault): OfferedTransport['setup'] {
  const setup = one(section, 'setup', strict(fault)) ?? one(session, 'setup', strict(fault));
  const value = setup?.value ?? 'active';
  if (value === 'actpass' || value === 'active' || value === 'passive') return value;
  throw fault(setup?.line ?? 0, `a=setup:${excerpt(value)} must be actpass, active or passive; browsers offer actpass`);
}

export function isLite(session: Section): boolean {
  return has(session, 'ice-lite');
}

/** Octets of each hash; RFC 8122 section 5 without MD2 and MD5. */
const HASH_BYTES: Readonly<Record<string, number>> = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };
const MAX_CANDIDATES = 64;
const MAX_FINGERPRINTS = 8;
