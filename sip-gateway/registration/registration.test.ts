import { describe, expect, it } from 'vitest';
import { Bench, CHALLENGE, type Headers } from './io/test-bench.ts';

const parameter = (header: string, name: string): string | undefined => new RegExp(`\\b${name}="?([^",]*)`).exec(header)?.[1];

describe('a registration', () => {
  it('asks, answers the challenge and is registered', () => {
    const bench = new Bench().start();
    expect(bench.last).toMatchObject({ uri: 'sip:pbx.example.net', nextHop: 'sip:pbx.example.net' });
    expect(bench.header('From')).toMatch(/^<sip:1000@pbx\.example\.net>;tag=\w+$/);
    expect(bench.header('Contact')).toMatch(/^<sip:1000@localhost;rinstance=\w+>;expires=3600$/);
    expect(bench.header('Authorization')).toBe('');
    bench.answer(100).answer(401, { 'WWW-Authenticate': CHALLENGE });
    expect(bench.header('CSeq')).toBe('2 REGISTER');
    expect(bench.sent[0]?.headers['Call-ID']).toBe(bench.header('Call-ID'));
    expect(parameter(bench.header('Authorization'), 'uri')).toBe('sip:pbx.example.net');
    bench.accept();
    expect(bench.changes).toEqual(['registered']);
    expect([bench.knows('192.0.2.9'), bench.knows('192.0.2.8')]).toEqual([true, false]);
  });

  it.each([
    [3_600, 0, 2_880],
    [3_600, 1, 3_240],
    [60, 0, 48],
    // A lifetime that leaves no time for anything is not taken at its word.
    [1, 0, 8],
    [900_000, 0, 69_120],
  ])('granted %s s, it is refreshed after 80 to 90 %% of them', (grantedS, random, refreshS) => {
    const bench = new Bench({}, random).start().accept(grantedS);
    expect(bench.wait()).toBeCloseTo(refreshS * 1_000, 3);
    expect(bench.sent).toHaveLength(2);
    bench.accept(grantedS);
    // Nothing that an operator wants to hear again each hour.
    expect(bench.changes).toEqual(['registered']);
  });

  it.each([
    [
      'of our Contact among others',
      { Contact: '<sip:1000@192.0.2.77>;expires=20, <sip:1000@192.0.2.1:5060;rinstance=t1>;expires=100' },
      100,
    ],
    ['where the parameter was cut off', { Contact: '"Bot" <sip:1000@192.0.2.1:5060>;expires=200;q=0.5' }, 200],
    ['of Expires without Contact', { Expires: '300' }, 300],
    ['of what was asked for without either', {}, 3_600],
    ['of Expires where Contact is rubbish', { Contact: '<<>>, ;;', Expires: '400' }, 400],
  ])('takes the lifetime %s', (_name, headers: Headers, expiresS) => {
    const bench = new Bench().start();
    bench.answer(200, headers);
    expect(bench.registration.status).toMatchObject({ state: 'registered', expiresS });
  });

  it('a refresh answers the challenge in advance, counting', () => {
    const bench = new Bench().start().answer(401, { 'WWW-Authenticate': CHALLENGE }).accept();
    const counts: (string | undefined)[] = [parameter(bench.header('Authorization'), 'nc')];
    for (let round = 0; round < 2; round += 1) {
      bench.wait();
      counts.push(parameter(bench.header('Authorization'), 'nc'));
      bench.accept();
    }
    expect(counts).toEqual(['00000001', '00000002', '00000003']);
    expect(bench.sent).toHaveLength(4);
  });

  it('a nonce that has run out in between is no wrong password, marked stale or not', () => {
    for (const stale of ['', ', stale=true']) {
      const bench = new Bench().start().answer(401, { 'WWW-Authenticate': CHALLENGE }).accept();
      bench.wait();
      bench.answer(401, { 'WWW-Authenticate': `${CHALLENGE.replace('n1', 'n2')}${stale}` });
      expect(parameter(bench.header('Authorization'), 'nonce')).toBe('n2');
      expect(parameter(bench.header('Authorization'), 'nc')).toBe('00000001');
      bench.accept();
      expect(bench.changes).toEqual(['registered']);
    }
  });

  it('a server that finds every nonce stale is not asked for ever', () => {
    const bench = new Bench().start();
    for (let round = 0; round < 20; round += 1)
      bench.answer(401, { 'WWW-Authenticate': `${CHALLENGE.replace('n1', `n${round}`)}, stale=true` });
    expect(bench.sent).toHaveLength(4);
    expect(bench.changes).toEqual(['refused wrong-password 401']);
  });

  it('a proxy and the registrar both ask', () => {
    const bench = new Bench().start().answer(407, { 'Proxy-Authenticate': 'Digest realm="edge", nonce="p", qop="auth"' });
    expect(bench.header('Proxy-Authorization')).toContain('realm="edge"');
    bench.answer(401, { 'WWW-Authenticate': CHALLENGE });
    expect(bench.header('Proxy-Authorization')).toContain('nc=00000002');
    expect(bench.header('Authorization')).toContain('realm="pbx"');
    bench.accept();
    expect(bench.changes).toEqual(['registered']);
  });

  it('of several challenges the strongest is answered', () => {
    const bench = new Bench()
      .start()
      .answer(401, { 'WWW-Authenticate': `Digest realm="pbx", nonce="m", algorithm=MD5, qop="auth", ${CHALLENGE}` });
    expect(bench.header('Authorization')).toMatch(/algorithm=SHA-256/);
  });
});

describe('a wrong password', () => {
  it('is told once, and tried again after minutes only', () => {
    const bench = new Bench().start();
    bench.answer(401, { 'WWW-Authenticate': CHALLENGE }).answer(401, { 'WWW-Authenticate': CHALLENGE.replace('n1', 'n2') });
    expect(bench.changes).toEqual(['refused wrong-password 401']);
    expect(bench.sent).toHaveLength(2);
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      waits.push(bench.wait() / 60_000);
      bench.answer(401, { 'WWW-Authenticate': CHALLENGE }).answer(401, { 'WWW-Authenticate': CHALLENGE });
    }
    expect(waits).toEqual([2, 4, 8, 15, 15]);
  });

  it.each([
    ['no challenge at all', {}],
    ['one that nobody knows', { 'WWW-Authenticate': 'Digest realm="x", nonce="n", algorithm=AKAv1-MD5' }],
  ])('%s in a 401 is another fault', (_name, headers: Headers) => {
    expect(new Bench().start().answer(401, headers).changes).toEqual(['refused unknown-challenge 401']);
  });

  it('is not tried at the next registrar, which would ban us too', () => {
    const bench = new Bench({ registrars: ['a.example', 'b.example'] }).start();
    bench.answer(401, { 'WWW-Authenticate': CHALLENGE }).answer(401, { 'WWW-Authenticate': CHALLENGE });
    expect(bench.wait()).toBeGreaterThanOrEqual(120_000);
    expect(bench.last.nextHop).toBe('sip:a.example');
  });
});

describe('answers that are no success', () => {
  it.each([
    [302, 'failed redirected 302', 2.5],
    [403, 'refused refused 403', 120],
    [404, 'refused refused 404', 120],
    [408, 'failed unavailable 408', 2.5],
    [480, 'failed unavailable 480', 2.5],
    [500, 'failed unavailable 500', 2.5],
    [501, 'refused refused 501', 120],
    [503, 'failed unavailable 503', 2.5],
    [603, 'refused refused 603', 120],
  ])('%s: %s, again after %s s', (status, change, waitS) => {
    const bench = new Bench().start().answer(status);
    expect(bench.changes).toEqual([change]);
    expect(bench.wait()).toBe(waitS * 1_000);
    expect(bench.sent).toHaveLength(2);
  });

  it('Retry-After is kept to, within reason', () => {
    expect(new Bench().start().answer(503, { 'Retry-After': '120 (busy)' }).wait()).toBe(120_000);
    expect(new Bench().start().answer(503, { 'Retry-After': '99999999' }).wait()).toBe(3_600_000);
    expect(new Bench().start().answer(403, { 'Retry-After': '1' }).wait()).toBe(120_000);
    expect(new Bench().start().answer(503, { 'Retry-After': 'soon' }).wait()).toBe(2_500);
  });

  it('423: longer, as the registrar wants it, from then on', () => {
    const bench = new Bench({ expiresS: 60 }).start().answer(423, { 'Min-Expires': '600' });
    expect(bench.header('Contact')).toContain('expires=600');
    bench.accept(600).wait();
    expect(bench.header('Expires')).toBe('600');
  });

  it.each([['nothing'], ['0'], ['60']])('423 with %s in Min-Expires: twice as long, not for ever', (minimum) => {
    const bench = new Bench({ expiresS: 60 }).start();
    for (let round = 0; round < 20; round += 1) bench.answer(423, { 'Min-Expires': minimum });
    expect(bench.sent.map(({ headers }) => headers['Expires'])).toEqual(['60', '120', '240', '480', '960', '1920', '3840']);
    expect(bench.changes).toEqual(['failed unavailable 423']);
  });

  it('no answer at all', () => {
    const bench = new Bench().start();
    expect(bench.wait()).toBe(40_000);
    expect(bench.changes).toEqual(['failed no-answer']);
  });

  it('nothing could be sent', () => {
    const bench = new Bench().start();
    bench.feed({ kind: 'not-sent', id: bench.last.id });
    expect(bench.changes).toEqual(['failed unreachable']);
    const waits = [bench.wait()];
    for (let round = 0; round < 8; round += 1) {
      bench.feed({ kind: 'not-sent', id: bench.last.id });
      waits.push(bench.wait());
    }
    expect(waits.map((wait) => wait / 1_000)).toEqual([2.5, 5, 10, 20, 40, 80, 150, 150, 150]);
  });

  it('waits are spread, so that thousands do not come back at once', () => {
    expect([0, 0.5, 1].map((random) => new Bench({}, random).start().answer(503).wait())).toEqual([2_500, 3_750, 5_000]);
  });

  it('a late answer to an earlier request changes nothing', () => {
    const bench = new Bench().start();
    const { id } = bench.last;
    bench.wait();
    bench.wait();
    bench.feed({ kind: 'answer', id, answer: { status: 200, address: '192.0.2.66', get: () => undefined } });
    expect(bench.registration.status.state).toBe('failed');
    expect(bench.knows('192.0.2.66')).toBe(false);
  });
});

describe('several registrars', () => {
  it('the next is asked at once, and all of them before anybody waits', () => {
    const bench = new Bench({ registrars: ['a.example', 'b.example:5070'], transport: 'tcp' }).start();
    bench.answer(503);
    expect(bench.last.nextHop).toBe('sip:b.example:5070;transport=tcp');
    bench.answer(503);
    expect(bench.sent).toHaveLength(2);
    expect(bench.wait()).toBe(2_500);
    expect(bench.last.nextHop).toBe('sip:a.example;transport=tcp');
  });

  it('stays with the one that works', () => {
    const bench = new Bench({ registrars: ['a.example', 'b.example'] }).start().answer(500).accept();
    bench.wait();
    expect(bench.last.nextHop).toBe('sip:b.example');
    expect(bench.registration.status).toMatchObject({ state: 'registered', registrar: 'b.example' });
  });

  it('a nonce of one is not shown to the other', () => {
    const bench = new Bench({ registrars: ['a.example', 'b.example'] }).start();
    bench.answer(401, { 'WWW-Authenticate': CHALLENGE }).answer(503);
    expect(bench.header('Authorization')).toBe('');
  });

  it('an outbound proxy is where all of them are reached', () => {
    const bench = new Bench({ outboundProxy: 'edge.example:5080' }).start();
    expect(bench.last).toMatchObject({ uri: 'sip:pbx.example.net', nextHop: 'sip:edge.example:5080' });
  });
});

describe('a refresh that fails', () => {
  it('holds as long as it was granted, then calls do not come any more', () => {
    const bench = new Bench().start().accept(60);
    bench.wait();
    bench.answer(503);
    expect(bench.registration.status).toMatchObject({ state: 'registered', fault: 'unavailable' });
    for (let round = 0; round < 20 && bench.registration.status.state === 'registered'; round += 1) {
      bench.wait();
      if (bench.registration.status.state === 'registered') bench.answer(503);
    }
    expect(bench.nowMs).toBe(61_000);
    expect(bench.changes.at(-1)).toBe('failed unavailable 503');
  });

  it('that works later is told', () => {
    const bench = new Bench().start().accept();
    bench.wait();
    bench.answer(503);
    bench.wait();
    bench.accept();
    expect(bench.changes).toEqual(['registered', 'registered unavailable 503', 'registered']);
  });
});

describe('behind NAT', () => {
  const VIA = 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;received=203.0.113.5;rport=40001';

  it('the address that the registrar saw is registered from the second request on', () => {
    const bench = new Bench().start().answer(401, { 'WWW-Authenticate': CHALLENGE, Via: VIA });
    expect(bench.header('Contact')).toMatch(/^<sip:1000@203\.0\.113\.5:40001;rinstance=\w+>;expires=3600$/);
    bench.accept(3_600, { Via: VIA });
    expect(bench.sent).toHaveLength(2);
  });

  it('a registrar that asks for nothing is told again, and to forget the first', () => {
    const bench = new Bench({ transport: 'tcp' }).start().accept(3_600, { Via: VIA.replace('UDP', 'TCP') });
    expect(bench.header('Contact')).toMatch(
      /^<sip:1000@203\.0\.113\.5:40001;transport=tcp;rinstance=t1>;expires=3600, <sip:1000@192\.0\.2\.1:5060;rinstance=t1>;expires=0$/,
    );
    bench.accept(3_600, { Via: VIA });
    expect(bench.changes).toEqual(['registered']);
    bench.wait();
    expect(bench.header('Contact')).not.toContain('expires=0');
  });

  it.each(['udp', 'tcp', 'tls'] as const)(
    'by %s calls still arrive after a quarter of an hour: it is refreshed within two minutes',
    (transport) => {
      for (const [random, refreshS] of [
        [0, 96],
        [1, 108],
      ] as const) {
        const bench = new Bench({ transport }, random).start().answer(401, { 'WWW-Authenticate': CHALLENGE, Via: VIA });
        bench.accept(3_600, { Via: VIA });
        for (let round = 0; round < 3; round += 1) {
          expect(bench.wait()).toBeCloseTo(refreshS * 1_000, 3);
          bench.accept(3_600, { Via: VIA });
        }
        expect(bench.registration.status.expiresS).toBe(3_600);
        bench.wait();
        bench.accept(60, { Via: VIA });
        expect(bench.wait()).toBeLessThanOrEqual(54_000);
      }
    },
  );

  it.each([
    ['it is off', { rewriteContact: false }, VIA],
    ['nothing is between', {}, VIA.replace('203.0.113.5', '192.0.2.1')],
    ['it did not say', {}, 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1'],
    ['what it says is no address', {}, VIA.replace('203.0.113.5', 'evil.example')],
    ['what it says is rubbish', {}, ';;;,,'],
  ])('not rewritten where %s', (_name, account, via) => {
    const bench = new Bench(account).start().answer(401, { 'WWW-Authenticate': CHALLENGE, Via: via });
    expect(bench.header('Contact')).toContain('@localhost;');
  });

  it('an address that changes each time does not make it ask for ever', () => {
    const bench = new Bench().start();
    for (let round = 0; round < 20; round += 1) bench.accept(3_600, { Via: VIA.replace('40001', String(40_001 + round)) });
    expect(bench.sent.length).toBeLessThanOrEqual(7);
    expect(bench.registration.status.state).toBe('registered');
  });
});

it('what an earlier start left at the registrar is taken away: the caller would ring twice', () => {
  const bench = new Bench().start();
  bench.accept(3_600, {
    Contact:
      '<sip:1000@192.0.2.1:5060;rinstance=t1>;expires=3600, <sip:1000@192.0.2.1:5060;rinstance=old>;expires=900, <sip:1000@192.0.2.50>;expires=60',
  });
  expect(bench.header('Contact')).toBe('<sip:1000@localhost;rinstance=t1>;expires=3600, <sip:1000@192.0.2.1:5060;rinstance=old>;expires=0');
  bench.accept();
  expect(bench.sent).toHaveLength(2);
  expect(bench.changes).toEqual(['registered']);
});

describe('at the end', () => {
  it('takes the registration back', () => {
    const bench = new Bench().start().answer(401, { 'WWW-Authenticate': CHALLENGE }).accept();
    bench.feed({ kind: 'stop' });
    expect(bench.header('Contact')).toContain('expires=0');
    expect(bench.header('Expires')).toBe('0');
    bench.answer(401, { 'WWW-Authenticate': CHALLENGE.replace('n1', 'n9') }).answer(200);
    expect([bench.isStopped, bench.changes.at(-1)]).toEqual([true, 'stopped']);
    expect(bench.registration.wakeAtMs).toBeUndefined();
  });

  it('waits two seconds for it, no longer', () => {
    const bench = new Bench().start().accept();
    bench.feed({ kind: 'stop' });
    expect(bench.wait()).toBe(2_000);
    expect(bench.isStopped).toBe(true);
  });

  it('has nothing to take back where nothing was registered', () => {
    const bench = new Bench().start().answer(403);
    bench.feed({ kind: 'stop' });
    bench.feed({ kind: 'stop' });
    expect([bench.isStopped, bench.sent.length]).toEqual([true, 1]);
  });

  it('also where a request is under way, which may still arrive', () => {
    const bench = new Bench().start();
    bench.feed({ kind: 'stop' });
    expect(bench.header('Expires')).toBe('0');
    bench.answer(503);
    expect(bench.isStopped).toBe(true);
  });
});

it('routes that later requests have to take are kept: RFC 3608 and RFC 3327', () => {
  const bench = new Bench().start().accept(3_600, { 'Service-Route': '<sip:edge.example;lr>', Path: '<sip:in.example;lr>' });
  expect(bench.header('Supported')).toBe('path');
  expect(bench.registration.routes).toEqual({ serviceRoute: '<sip:edge.example;lr>', path: '<sip:in.example;lr>' });
});
