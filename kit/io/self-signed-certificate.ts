import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

export interface SelfSignedOptions {
  readonly commonName: string;
  /** Unix time. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Host names and addresses of a web server; without them it is a certificate that only proves a key, as DTLS wants. */
  readonly serverNames?: readonly string[];
}

export interface SelfSignedCertificate {
  readonly der: Uint8Array;
  readonly privateKey: KeyObject;
  /** Both as PEM, as web servers take them. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate that nobody has signed but itself: ECDSA on P-256, which every browser of today takes, and which is made at once. */
export async function selfSignedCertificate(options: SelfSignedOptions): Promise<SelfSignedCertificate> {
  // Only who makes a certificate pays for loading this.
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = options.serverNames?.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name }));
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // Positive, and as long as RFC 5280 section 4.1.2.2 allows with room to spare.
      serialNumber: `01${randomBytes(15).toString('hex')}`,
      name: [{ CN: [options.commonName] }],
      notBefore: new Date(options.validFromMs),
      notAfter: new Date(options.validToMs),
      signingAlgorithm: algorithm,
      keys,
      extensions:
        names === undefined
          ? []
          : [
              new x509.BasicConstraintsExtension(false, undefined, true),
              new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
              new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
              new x509.SubjectAlternativeNameExtension(names),
            ],
    },
    webcrypto as Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[1],
  );
  const privateKey = KeyObject.from(keys.privateKey);
  return {
    der: new Uint8Array(certificate.rawData),
    privateKey,
    cert: certificate.toString('pem'),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
