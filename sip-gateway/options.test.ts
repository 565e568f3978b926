import { describe, expect, it } from 'vitest';
import { privateNetworks, sipOptions } from './options.ts';

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
    [{ unknown: 1 }],
  ])('refuses %j', (options) => {
    expect(sipOptions.safeParse(options).success).toBe(false);
  });

  it('describes every key', () => {
    for (const [key, schema] of Object.entries(sipOptions.unwrap().shape))
      expect([key, schema.description ?? '']).toEqual([key, expect.stringMatching(/\w/)]);
  });
});
