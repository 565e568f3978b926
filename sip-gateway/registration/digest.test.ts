import { describe, expect, it } from 'vitest';
import { hexDigest } from './io/hex-digest.ts';
import { readChallenges, type Challenge } from './challenge.ts';
import { answerTo } from './digest.ts';

const response = (header: string): string | undefined => /response="([^"]*)"/.exec(header)?.[1];
const first = (header: string): Challenge => {
  const [challenge] = readChallenges(header);
  if (challenge === undefined) throw new Error('no challenge was read');
  return challenge;
};
const MUFASA = { user: 'Mufasa', password: 'Circle of Life' };
/** RFC 7616 section 3.9.1: one challenge for each algorithm in a 401. */
const OFFERED = [
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
] as const;
const request = { method: 'GET', uri: '/dir/index.html', body: '' };
const use = { count: 1, cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' };

describe('vectors of RFC 7616', () => {
  it.each([
    ['SHA-256', OFFERED[0], '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    ['MD5', OFFERED[1], '8ca523f5e9506fed4657c9700eebdbec'],
  ])('section 3.9.1, %s', (algorithm, header, expected) => {
    const answer = answerTo(first(header), MUFASA, request, use, hexDigest);
    expect(response(answer)).toBe(expected);
    expect(answer).toContain(`algorithm=${algorithm}, qop=auth, nc=00000001`);
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it('section 3.9.2: the name of the user is hashed too', () => {
    const header =
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true';
    const cnonce = 'NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm';
    const answer = answerTo(
      first(header),
      { user: 'J\u00e4s\u00f8n Doe', password: 'Secret, or not?' },
      { method: 'GET', uri: '/doe.json', body: '' },
      { count: 1, cnonce },
      hexDigest,
    );
    // The response that the RFC prints is none of SHA-512/256 (erratum 4897): these were computed of its inputs with Python's hashlib.
    expect(answer).toContain('username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"');
    expect(response(answer)).toBe('7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c');
    expect(answer).toContain('userhash=true');
  });

  it('RFC 2617 section 3.5, as old servers offer it', () => {
    const header =
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
    const answer = answerTo(
      first(header),
      { user: 'Mufasa', password: 'Circle Of Life' },
      request,
      { count: 1, cnonce: '0a4f113b' },
      hexDigest,
    );
    expect(response(answer)).toBe('6629fae49393a05397450978507c4ef1');
    expect(answer).not.toContain('algorithm');
  });
});

/** By hand from the formulas of RFC 7616 section 3.4, so that no line of ours makes its own figure. */
describe('what the vectors leave out', () => {
  const md5 = (text: string): string => hexDigest('MD5', text);
  const secret = md5('1000:pbx:pass');
  const sign = (header: string, count = 1): string =>
    answerTo(
      first(header),
      { user: '1000', password: 'pass' },
      { method: 'REGISTER', uri: 'sip:pbx', body: '' },
      { count, cnonce: 'c' },
      hexDigest,
    );

  it('no quality: RFC 2069', () => {
    const answer = sign('Digest realm="pbx", nonce="n"');
    expect(response(answer)).toBe(md5(`${secret}:n:${md5('REGISTER:sip:pbx')}`));
    expect(answer).not.toMatch(/qop|nc=|cnonce/);
  });

  it('only auth-int: the body counts', () => {
    const answer = sign('Digest realm="pbx", nonce="n", qop="auth-int"', 17);
    expect(response(answer)).toBe(md5(`${secret}:n:00000011:c:auth-int:${md5(`REGISTER:sip:pbx:${md5('')}`)}`));
  });

  it('MD5-sess: the key is of the session', () => {
    const answer = sign('Digest realm="pbx", nonce="n", qop="auth", algorithm=md5-sess');
    expect(response(answer)).toBe(md5(`${md5(`${secret}:n:c`)}:n:00000001:c:auth:${md5('REGISTER:sip:pbx')}`));
    expect(answer).toContain('algorithm=MD5-sess');
  });

  it('quotes in a name stay inside', () => {
    const header = answerTo(first('Digest realm="a\\"b", nonce="n"'), { user: 'x"y', password: '' }, request, use, hexDigest);
    expect(header).toContain(String.raw`username="x\"y", realm="a\"b"`);
  });
});

describe('the challenges of a header', () => {
  it('the strongest that we know, of several in one text: RFC 8760 section 2.4', () => {
    const header = [OFFERED[1], OFFERED[0], OFFERED[0].replace('SHA-256', 'SHA3-512')].join(', ');
    expect(readChallenges(header).map(({ algorithm }) => algorithm)).toEqual(['SHA-256']);
    expect(
      readChallenges(header.replaceAll(', ', ',').replaceAll('qop="auth,auth-int"', 'qop="auth,auth-int" ')).map(
        ({ algorithm }) => algorithm,
      ),
    ).toEqual(['SHA-256']);
  });

  it('other schemes beside', () => {
    const header = 'Basic realm="x", Digest realm="pbx", nonce="n", stale=TRUE, Bearer realm="y"';
    expect(readChallenges(header)).toMatchObject([{ realm: 'pbx', nonce: 'n', isStale: true, algorithm: 'MD5' }]);
  });

  it.each([
    ['nothing', undefined],
    ['no nonce', 'Digest realm="x"'],
    ['no realm', 'Digest nonce="n"'],
    ['an unknown algorithm', 'Digest realm="x", nonce="n", algorithm=AKAv1-MD5'],
    ['an unknown quality', 'Digest realm="x", nonce="n", qop="auth-conf"'],
    ['no end of a quote', 'Digest realm="x, nonce="n'],
    ['another scheme', 'Basic realm="x"'],
    ['a line break in it', 'Digest realm="x\r\nX-Evil: 1", nonce="n"'],
    ['far too much', `Digest realm="${'x'.repeat(9_000)}", nonce="n"`],
  ])('%s is none', (_name, header) => {
    expect(readChallenges(header)).toEqual([]);
  });
});
