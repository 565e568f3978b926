import { createPublicKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const VALID = { validFromMs: Date.UTC(2026, 0, 1), validToMs: Date.UTC(2027, 0, 1) };

it('names what a web server is called by, and is signed by its own key', async () => {
  const { der, privateKey, cert, key } = await selfSignedCertificate({
    ...VALID,
    commonName: 'Parley',
    serverNames: ['localhost', '192.0.2.7', '::1'],
  });
  const parsed = new X509Certificate(der);
  expect(parsed.subject).toBe('CN=Parley');
  expect([parsed.checkHost('localhost'), parsed.checkIP('192.0.2.7'), parsed.checkHost('example.net')]).toEqual([
    'localhost',
    '192.0.2.7',
    undefined,
  ]);
  expect(parsed.subjectAltName).toContain('IP Address:0:0:0:0:0:0:0:1');
  expect([parsed.ca, parsed.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.1']]);
  expect([Date.parse(parsed.validFrom), Date.parse(parsed.validTo)]).toEqual([VALID.validFromMs, VALID.validToMs]);
  expect([parsed.checkPrivateKey(privateKey), parsed.verify(createPublicKey(privateKey))]).toEqual([true, true]);
  expect(new X509Certificate(cert).fingerprint256).toBe(parsed.fingerprint256);
  expect(() => createSecureContext({ cert, key })).not.toThrow();
});

it('only proves a key without names, in few bytes, as each fits a DTLS flight', async () => {
  const { der, privateKey } = await selfSignedCertificate({ ...VALID, commonName: 'WebRTC' });
  const parsed = new X509Certificate(der);
  expect([parsed.subjectAltName, parsed.keyUsage]).toEqual([undefined, undefined]);
  expect([parsed.checkPrivateKey(privateKey), parsed.publicKey.asymmetricKeyDetails?.namedCurve]).toEqual([true, 'prime256v1']);
  expect(der.length).toBeLessThan(400);
});

it('is another one each time', async () => {
  const serials = await Promise.all(
    [1, 2, 3].map(async () => new X509Certificate((await selfSignedCertificate({ ...VALID, commonName: 'x' })).der).serialNumber),
  );
  expect(new Set(serials).size).toBe(3);
});
