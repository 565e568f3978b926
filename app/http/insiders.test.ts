import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { insiders } from './insiders.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

async function isInsider(
  remoteAddress: string,
  headers: Record<string, string> = {},
  { addresses = LOOPBACK, trustedProxies = [] as readonly string[] } = {},
): Promise<boolean> {
  const app = Fastify({ trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies] });
  const isInside = insiders({ addresses, trustedProxies, token: 'a-token-for-the-tests' });
  app.get('/', async (request) => isInside(request));
  const { body } = await app.inject({ url: '/', remoteAddress, headers: { host: '127.0.0.1:3000', ...headers } });
  return body === 'true';
}

describe('who is told how the house is run', () => {
  it.each<readonly [what: string, peer: string, headers: Record<string, string>, expected: boolean]>([
    ['this machine', '127.0.0.1', {}, true],
    ['this machine by its name', '127.0.0.1', { host: 'localhost:3000' }, true],
    ['this machine over IPv6', '::1', { host: '[::1]:3000' }, true],
    ['this machine on a socket of both', '::ffff:127.0.0.1', {}, true],
    ['another machine', '192.168.1.9', {}, false],
    ['another machine that names loopback', '192.168.1.9', { 'x-forwarded-for': '127.0.0.1', host: 'localhost' }, false],
    ['another machine with the token', '192.168.1.9', { authorization: 'Bearer a-token-for-the-tests' }, true],
    ['another machine with another token', '192.168.1.9', { authorization: 'Bearer a-token-for-the-test' }, false],
    ['whoever comes by a proxy of this machine that nobody configured', '127.0.0.1', { 'x-forwarded-for': '203.0.113.5' }, false],
    ['whoever comes by such a proxy and says otherwise', '127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, false],
    ['a proxy that says only that it is one', '127.0.0.1', { via: '1.1 caddy' }, false],
    ['a proxy that names the client in another way', '127.0.0.1', { 'x-real-ip': '127.0.0.1' }, false],
    ['a proxy that says it by the standard', '127.0.0.1', { forwarded: 'for=127.0.0.1' }, false],
    ['a proxy that passes only the name on', '127.0.0.1', { host: 'voice.example.net' }, false],
    ['a page that had its name pointed at this machine', '127.0.0.1', { host: 'rebound.example:3000' }, false],
    ['a page with a name that begins like ours', '127.0.0.1', { host: 'localhost.evil.example' }, false],
    ['a page with an address of another machine', '127.0.0.1', { host: '192.168.1.7:3000' }, false],
    [
      'the token by whatever way it comes',
      '127.0.0.1',
      { host: 'voice.example.net', 'x-forwarded-for': '203.0.113.5', authorization: 'Bearer a-token-for-the-tests' },
      true,
    ],
  ])('%s', async (_what, peer, headers, expected) => expect(await isInsider(peer, headers)).toBe(expected));

  it('is decided by the client that a configured proxy names', async () => {
    const behind = (forwarded: string | undefined, addresses = LOOPBACK) =>
      isInsider(
        '127.0.0.1',
        { host: 'voice.example.net', ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) },
        { addresses, trustedProxies: ['127.0.0.1'] },
      );
    expect(await behind('203.0.113.5')).toBe(false);
    expect(await behind('127.0.0.9, 203.0.113.5')).toBe(false);
    expect(await behind('127.0.0.1')).toBe(false);
    expect(await behind(undefined)).toBe(false);
    expect(await behind('10.0.0.5', ['10.0.0.0/24'])).toBe(true);
    // Beside the proxy, on the machine itself.
    expect(await isInsider('127.0.0.1', {}, { trustedProxies: ['127.0.0.1'] })).toBe(true);
  });

  it('is not whoever says to be loopback from a network that counts as proxies: a container, or all that Docker brings from its gateway', async () => {
    const trustedProxies = ['172.16.0.0/12'];
    expect(await isInsider('172.17.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, { trustedProxies })).toBe(false);
    expect(await isInsider('172.17.0.1', { host: 'localhost', 'x-forwarded-for': '::1, 172.18.0.4' }, { trustedProxies })).toBe(false);
    expect(await isInsider('172.17.0.1', { host: 'localhost', 'x-forwarded-for': '::ffff:127.0.0.1' }, { trustedProxies })).toBe(false);
    expect(
      await isInsider(
        '172.17.0.1',
        { host: 'voice.example', 'x-forwarded-for': '10.0.0.5' },
        { trustedProxies, addresses: ['10.0.0.0/24'] },
      ),
    ).toBe(true);
  });

  it('may be nobody, or somebody elsewhere', async () => {
    expect(await isInsider('127.0.0.1', {}, { addresses: [] })).toBe(false);
    expect(await isInsider('10.0.0.5', { host: 'parley:3000' }, { addresses: ['10.0.0.0/24'] })).toBe(true);
    expect(await isInsider('10.0.0.5', { host: 'parley:3000', 'x-forwarded-for': '203.0.113.5' }, { addresses: ['10.0.0.0/24'] })).toBe(
      false,
    );
    expect(await isInsider('fd00::7', {}, { addresses: ['fd00::/8'] })).toBe(true);
  });
});
