import { describe, expect, it } from 'vitest';
import { privateNetworks, sipListeners, sipOptions } from './options.ts';

describe('sipOptions', () => {
  it('needs nothing', () => {
    expect(sipOptions.parse(undefined)).toMatchObject({
      backend: 'embedded',
      bindAddress: '0.0.0.0',
      port: 5060,
      transports: ['udp', 'tcp'],
      externalAddress: 'auto',
      allow: privateNetworks,
      ringMs: 0,
      drachtio: { host: '127.0.0.1', port: 9022, secretEnv: 'DRACHTIO_SECRET' },
    });
  });

  it.each([
    [{ bindAddress: 'localhost' }],
    [{ externalAddress: 'here' }],
    [{ allow: ['10.0.0.0/40'] }],
    [{ allow: [] }],
    [{ port: 70_000 }],
    [{ ringMs: -1 }],
    [{ transports: [] }],
    [{ drachtio: { secretEnv: 'lower case' } }],
    [{ transports: ['udp', 'udp'] }],
    [{ transports: ['tls'] }],
    [{ transports: ['wss'] }],
    [{ tls: { certFile: 'cert.pem' } }],
    [{ tls: { clientCertificates: 'required' } }],
    [{ webSocket: { origins: ['phone.example.net'] } }],
    [{ webSocket: { origins: ['https://phone.example.net/path'] } }],
    [{ unknown: 1 }],
  ])('refuses %j', (options) => {
    expect(sipOptions.safeParse(options).success).toBe(false);
  });

  it('opens a port for each transport, named by its key', () => {
    const tls = { certFile: 'cert.pem', keyFile: 'key.pem' };
    const options = sipOptions.parse({ transports: ['udp', 'tcp', 'tls', 'ws', 'wss'], tls });
    expect(sipListeners(options).map(({ transport, socket, port, portKey }) => [transport, socket, port, portKey])).toEqual([
      ['udp', 'udp', 5060, 'sip.port'],
      ['tcp', 'tcp', 5060, 'sip.port'],
      ['tls', 'tcp', 5061, 'sip.tls.port'],
      ['ws', 'tcp', 5066, 'sip.webSocket.port'],
      ['wss', 'tcp', 7443, 'sip.webSocket.securePort'],
    ]);
    expect(sipListeners({ ...options, backend: 'drachtio' })).toEqual([]);
  });

  it('describes every key', () => {
    for (const [key, schema] of Object.entries(sipOptions.unwrap().shape))
      expect([key, schema.description ?? '']).toEqual([key, expect.stringMatching(/\w/)]);
  });
});
