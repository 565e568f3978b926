import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Config } from '#config';
import { AppError, errorText } from '#domain/errors';
import { selfSignedCertificate } from '#kit/io/self-signed-certificate';
import { makePrivateFolder, writePrivateFile } from '../private-files.ts';

export interface ServerCertificate {
  /** PEM, its chain included. */
  readonly cert: string;
  /** PEM; never logged. */
  readonly key: string;
  /** `made` and `kept` are certificates of our own, which a browser has to be told to trust. */
  readonly origin: 'given' | 'kept' | 'made';
  /** SHA-256, as browsers show it: whoever is asked can compare. */
  readonly fingerprint: string;
}

type HttpsOptions = Config['http']['https'];

/** The certificate that the configuration names, else one of our own for `names`, made anew when it has run out or names are missing. */
export async function serverCertificate(options: HttpsOptions, names: readonly string[], nowMs: number): Promise<ServerCertificate> {
  if (options.certFile !== undefined && options.keyFile !== undefined) return givenCertificate(options.certFile, options.keyFile);
  const wanted = [...new Set([...names, ...options.hostnames])];
  const kept = keptCertificate(options.directory, wanted, nowMs);
  if (kept !== undefined) return kept;
  const made = await makeCertificate(wanted, nowMs);
  keep(options.directory, made);
  return { ...made, origin: 'made', fingerprint: fingerprintOf(made.cert) };
}

/** Why the certificate that the configuration names cannot serve; undefined: it can, or none is named. */
export function givenCertificateFault({ enabled, certFile, keyFile }: HttpsOptions): string | undefined {
  if (!enabled || certFile === undefined || keyFile === undefined) return undefined;
  try {
    givenCertificate(certFile, keyFile);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function givenCertificate(certFile: string, keyFile: string): ServerCertificate {
  const cert = readPem('http.https.certFile', certFile);
  const key = readPem('http.https.keyFile', keyFile);
  try {
    createSecureContext({ cert, key });
    return { cert, key, origin: 'given', fingerprint: fingerprintOf(cert) };
  } catch (error) {
    throw new AppError(
      'BAD_CERTIFICATE',
      `BAD_CERTIFICATE: ${certFile} and ${keyFile} cannot be used together (${errorText(error)}): both must be PEM files that belong together, and the key must have no passphrase`,
      { cause: error },
    );
  }
}

function readPem(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('BAD_CERTIFICATE', `BAD_CERTIFICATE: ${key} = ${path} cannot be read: ${errorText(error)}`, { cause: error });
  }
}

function keptCertificate(directory: string, names: readonly string[], nowMs: number): ServerCertificate | undefined {
  try {
    const cert = readFileSync(join(directory, CERT_NAME), 'utf8');
    const key = readFileSync(join(directory, KEY_NAME), 'utf8');
    const parsed = new X509Certificate(cert);
    const isCurrent = Date.parse(parsed.validFrom) <= nowMs && Date.parse(parsed.validTo) - RENEW_BEFORE_MS > nowMs;
    const isOurs = parsed.checkPrivateKey(createPrivateKey(key));
    return isCurrent && isOurs && names.every((name) => isNamed(parsed, name))
      ? { cert, key, origin: 'kept', fingerprint: fingerprintOf(cert) }
      : undefined;
  } catch {
    // None yet, or one that somebody has cut short: another is made.
    return undefined;
  }
}

function isNamed(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

async function makeCertificate(serverNames: readonly string[], nowMs: number): Promise<{ cert: string; key: string }> {
  const { cert, key } = await selfSignedCertificate({
    commonName: 'Parley on this machine',
    validFromMs: nowMs - CLOCK_SLACK_MS,
    validToMs: nowMs + VALID_MS,
    serverNames,
  });
  return { cert, key };
}

function keep(directory: string, { cert, key }: { cert: string; key: string }): void {
  try {
    makePrivateFolder(directory);
    chmodSync(directory, 0o700);
    writePrivateFile(join(directory, KEY_NAME), key);
    writePrivateFile(join(directory, CERT_NAME), cert);
  } catch (error) {
    throw new AppError(
      'CERTIFICATE_FILE',
      `CERTIFICATE_FILE: the certificate cannot be written to http.https.directory = ${directory}: ${errorText(error)}`,
      { cause: error },
    );
  }
}

function fingerprintOf(cert: string): string {
  const digest = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex').toUpperCase();
  return digest.match(/../g)?.join(':') ?? digest;
}

export const CERT_NAME = 'cert.pem';
export const KEY_NAME = 'key.pem';
const DAY_MS = 86_400_000;
/** Apple's systems take no server certificate that is good for more than 825 days. */
const VALID_MS = 397 * DAY_MS;
const RENEW_BEFORE_MS = 14 * DAY_MS;
/** Telephones whose clock is behind. */
const CLOCK_SLACK_MS = DAY_MS;
