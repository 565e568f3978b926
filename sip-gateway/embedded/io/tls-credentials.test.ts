import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestAuthority, type TestCertificate } from './test-certificates.ts';
import { TlsCredentials, type TlsSettings } from './tls-credentials.ts';

let folder: string;
let authority: TestAuthority;
let good: TestCertificate;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tls-'));
  authority = await TestAuthority.make();
  good = await authority.issue(['127.0.0.1']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(text: string): string {
  const path = join(folder, `${(files += 1)}.pem`);
  writeFileSync(path, text);
  return path;
}

/** A link to itself: even statSync throws. */
function circle(): string {
  const path = join(folder, `${(files += 1)}.pem`);
  symlinkSync(path, path);
  return path;
}

function settings(change: Partial<TlsSettings> = {}): TlsSettings {
  return { certFile: file(good.cert), keyFile: file(good.key), minVersion: 'TLSv1.2', clientCertificates: 'off', ...change };
}

function open(given: TlsSettings, warnings: string[] = []): TlsCredentials {
  return new TlsCredentials(
    given,
    () => Date.now(),
    (message, { error }) => warnings.push(`${message}: ${error}`),
  );
}

describe('certificates that cannot be used are refused with the key and the file', () => {
  const fails = (given: TlsSettings, words: RegExp) => {
    expect(() => open(given)).toThrow(expect.objectContaining({ code: 'SIP_CERTIFICATE', message: expect.stringMatching(words) }));
  };

  it('a file that is missing', () => {
    fails(settings({ certFile: '/nowhere/cert.pem' }), /^sip\.tls\.certFile = \/nowhere\/cert\.pem cannot be read/);
    fails(settings({ keyFile: '/nowhere/key.pem' }), /^sip\.tls\.keyFile = .*cannot be read/);
    fails(settings({ caFile: '/nowhere/ca.pem' }), /^sip\.tls\.caFile = .*cannot be read/);
  });

  it('one that not even its size can be asked of', () => {
    for (const key of ['certFile', 'keyFile', 'caFile'] as const)
      fails(settings({ [key]: circle() }), new RegExp(`^sip.tls.${key} = .*ELOOP`));
    fails(settings({ certFile: join(file(good.cert), 'cert.pem') }), /^sip\.tls\.certFile = .*ENOTDIR/);
  });

  it('a file that holds something else', () => {
    fails(settings({ certFile: file('hello') }), /certFile = .* holds no certificate/);
    fails(settings({ certFile: file(good.key) }), /certFile = .* holds no certificate/);
    fails(settings({ keyFile: file(good.cert) }), /keyFile = .* holds no private key/);
    fails(settings({ caFile: file('') }), /caFile = .* holds no certificate/);
  });

  it('a key of another certificate', async () => {
    const other = await authority.issue(['127.0.0.1']);
    fails(settings({ keyFile: file(other.key) }), /keyFile = .* is not the key of the certificate/);
  });

  it('one that has expired, and one that is not valid yet', async () => {
    const expired = await authority.issue(['127.0.0.1'], { fromDays: -9, toDays: -2 });
    fails(settings({ certFile: file(expired.cert), keyFile: file(expired.key) }), /certFile = .* expired on \d{4}-\d\d-\d\d/);
    const early = await authority.issue(['127.0.0.1'], { fromDays: 2, toDays: 9 });
    fails(settings({ certFile: file(early.cert), keyFile: file(early.key) }), /is valid from \d{4}-\d\d-\d\d on/);
  });
});

describe('files that change', () => {
  it('take effect, and are left alone while they do not', async () => {
    const given = settings();
    const credentials = open(given);
    let changes = 0;
    credentials.onChange(() => (changes += 1));
    credentials.reload();
    expect(changes).toBe(0);
    const next = await authority.issue(['127.0.0.1']);
    writeFileSync(given.keyFile, next.key);
    writeFileSync(given.certFile, next.cert);
    credentials.reload();
    expect([changes, credentials.forServer()['cert']]).toEqual([1, next.cert]);
  });

  it('and cannot be looked at end no call: the look comes from a timer, and an error there ended the process', () => {
    const given = settings();
    const warnings: string[] = [];
    const credentials = open(given, warnings);
    rmSync(given.certFile);
    symlinkSync(given.certFile, given.certFile);
    credentials.reload();
    credentials.reload();
    expect(warnings).toEqual([expect.stringMatching(/the one of before stays: sip\.tls\.certFile = .*ELOOP/)]);
    rmSync(given.certFile);
    writeFileSync(given.certFile, good.cert);
    credentials.reload();
    expect([warnings.length, credentials.forServer()['cert']]).toEqual([1, good.cert]);
  });

  it('and cannot be used leave the old ones in force, told of once', () => {
    const given = settings();
    const warnings: string[] = [];
    const credentials = open(given, warnings);
    writeFileSync(given.certFile, 'half a certificate');
    credentials.reload();
    credentials.reload();
    expect(warnings).toEqual([expect.stringMatching(/the one of before stays: sip\.tls\.certFile = .* holds no certificate/)]);
    expect(credentials.forServer()['cert']).toBe(good.cert);
  });
});
