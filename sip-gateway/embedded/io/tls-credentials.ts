import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureVersion } from 'node:tls';
import { AppError, errorText } from '#domain/errors';

export interface TlsFiles {
  /** PEM, the certificate first, its chain behind it. */
  readonly certFile: string;
  /** PEM without a passphrase. */
  readonly keyFile: string;
  /** PEM of the authorities that peers' certificates are checked against; absent: those that the runtime knows. */
  readonly caFile?: string;
}

export interface TlsSettings extends TlsFiles {
  readonly minVersion: SecureVersion;
  /** Of those who connect: `optional` asks and takes whoever has none, `required` takes nobody else than whom `caFile` vouches for. */
  readonly clientCertificates: 'off' | 'optional' | 'required';
}

interface Pems {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/**
 * Certificate, key and authorities of the secure transports. Files that change take effect for the next connection, without
 * a restart; new ones that cannot be used are told of and the old ones stay.
 */
export class TlsCredentials {
  readonly #settings: TlsSettings;
  readonly #wallMs: () => number;
  readonly #warn: (message: string, fields: { readonly error: string }) => void;
  readonly #listeners = new Set<() => void>();
  #pems: Pems;
  #stamp: string;
  #timer: NodeJS.Timeout | undefined;

  /** Throws `AppError` with code `SIP_CERTIFICATE`. */
  constructor(settings: TlsSettings, wallMs: () => number, warn: (message: string, fields: { readonly error: string }) => void) {
    this.#settings = settings;
    this.#wallMs = wallMs;
    this.#warn = warn;
    this.#stamp = stampOf(settings);
    this.#pems = readPems(settings, wallMs());
  }

  forServer(): Record<string, unknown> {
    const { clientCertificates, minVersion } = this.#settings;
    return {
      ...this.#pems,
      minVersion,
      requestCert: clientCertificates !== 'off',
      rejectUnauthorized: clientCertificates === 'required',
    };
  }

  /** The peer has to prove who it is, and we say who we are where it asks. */
  forClient(): Record<string, unknown> {
    return { ...this.#pems, minVersion: this.#settings.minVersion, rejectUnauthorized: true };
  }

  /** Looks at the files now and then. */
  watch(everyMs: number): void {
    this.#timer ??= setInterval(() => this.reload(), everyMs).unref();
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** Reads the files again if they changed. */
  reload(): void {
    const stamp = stampOf(this.#settings);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#pems = readPems(this.#settings, this.#wallMs());
    } catch (error) {
      this.#warn('SIP certificate changed and cannot be used: the one of before stays', { error: errorText(error) });
      return;
    }
    for (const changed of this.#listeners) changed();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }
}

/** Why these files cannot serve; undefined: they can. */
export function tlsFilesFault(files: TlsFiles, nowMs: number): string | undefined {
  try {
    readPems(files, nowMs);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function readPems({ certFile, keyFile, caFile }: TlsFiles, nowMs: number): Pems {
  const cert = readFile('sip.tls.certFile', certFile);
  const key = readFile('sip.tls.keyFile', keyFile);
  const certificate = parsed(`sip.tls.certFile = ${certFile} holds no certificate in PEM form`, () => new X509Certificate(cert));
  const privateKey = parsed(`sip.tls.keyFile = ${keyFile} holds no private key in PEM form without a passphrase`, () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw fault(
      `sip.tls.keyFile = ${keyFile} is not the key of the certificate in sip.tls.certFile = ${certFile}: the two must belong to each other`,
    );
  }
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (toMs < nowMs) throw fault(`sip.tls.certFile = ${certFile} expired on ${day(toMs)}: put a new certificate there`);
  if (fromMs > nowMs)
    throw fault(`sip.tls.certFile = ${certFile} is valid from ${day(fromMs)} on: check this machine's clock, or take another`);
  const ca = caFile === undefined ? undefined : readFile('sip.tls.caFile', caFile);
  if (ca !== undefined) parsed(`sip.tls.caFile = ${caFile ?? ''} holds no certificate in PEM form`, () => new X509Certificate(ca));
  const pems = { cert, key, ...(ca === undefined ? {} : { ca }) };
  parsed(`sip.tls.certFile = ${certFile} and sip.tls.keyFile = ${keyFile} cannot be used together`, () => createSecureContext(pems));
  return pems;
}

function readFile(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw fault(`${key} = ${path} cannot be read (${errorText(cause)})`, cause);
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw fault(`${what} (${errorText(cause)})`, cause);
  }
}

function fault(message: string, cause?: unknown): AppError {
  return new AppError('SIP_CERTIFICATE', message, cause === undefined ? {} : { cause });
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Another one when any of the files was written or put in another's place. Never throws: it is reading them that says what is wrong. */
function stampOf({ certFile, keyFile, caFile }: TlsFiles): string {
  return [certFile, keyFile, ...(caFile === undefined ? [] : [caFile])].map(stampOfFile).join(' ');
}

function stampOfFile(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? 'none' : `${found.ino}:${found.size}:${found.mtimeMs}`;
  } catch {
    // A folder that may not be entered, links in a circle, a disk that fails.
    return 'unreadable';
  }
}
