import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { problem } from '../signalling.ts';
import { chromium } from '../sdp/testing/vectors.ts';
import { GatewayHarness } from '../testing/gateway-harness.ts';
import { callTokenIssuer } from './keyed-hash.ts';

const OTHER = 'https://shop.example.net';

describe('an offer is refused', () => {
  it.each([
    ['that is too long', chromium + 'a=x\r\n'.repeat(14_000), {}, 413, 'OFFER_TOO_LARGE'],
    ['that cannot be read', 'hello', {}, 400, 'BAD_OFFER'],
    ['that is empty', '', {}, 400, 'BAD_OFFER'],
    ['of another type', '{}', { headers: { 'content-type': 'application/json' } }, 415, 'OFFER_TYPE'],
    ['of the type of fragments', chromium, { headers: { 'content-type': 'application/trickle-ice-sdpfrag' } }, 415, 'OFFER_TYPE'],
    ['whose answer may not be SDP', chromium, { headers: { accept: 'text/html, application/sdp;q=0' } }, 406, 'NOT_ACCEPTABLE'],
    ['without a codec of ours', chromium.replace('SAVPF 111 63 9 0 8', 'SAVPF 63 18'), {}, 422, 'NO_COMMON_CODEC'],
    ['without audio', chromium.replace('m=audio', 'm=video'), {}, 422, 'NO_AUDIO'],
    ['for nobody', chromium, { query: '?persona=nobody' }, 404, 'NO_SUCH_PERSONA'],
    ['from a page of another site', chromium, { headers: { origin: OTHER } }, 403, 'ORIGIN_NOT_ALLOWED'],
    ['from a page without an origin', chromium, { headers: { origin: 'null' } }, 403, 'ORIGIN_NOT_ALLOWED'],
  ])('%s', async (_what, sdp, how, status, code) => {
    const calls = new GatewayHarness();
    const answer = await calls.offer(sdp, how);
    expect(answer).toMatchObject({ status, code, headers: { 'content-type': expect.stringMatching(/^application\/problem\+json/) } });
    expect(problem.parse(JSON.parse(answer.body)).detail.length).toBeGreaterThan(15);
    expect(calls.media.legs).toEqual([]);
    expect(calls.rang).toEqual([]);
    expect(calls.gateway.calls).toBe(0);
  });

  it.each([
    [{ by: 'refused', code: 'too-many-calls' }, 503, 'TOO_MANY_CALLS'],
    [{ by: 'refused', code: 'not-ready' }, 503, 'NOT_READY'],
    [{ by: 'refused', code: 'shutting-down' }, 503, 'SHUTTING_DOWN'],
    [{ by: 'refused', code: 'not-allowed' }, 403, 'NOT_ALLOWED'],
  ] as const)('as the application says: %j', async (reason, status, code) => {
    const calls = new GatewayHarness();
    calls.refusal = reason;
    const answer = await calls.offer();
    expect(answer).toMatchObject({ status, code });
    if (status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('while the gateway is full, and not after a call has ended', async () => {
    const calls = new GatewayHarness({ maxCalls: 1 });
    const { path } = await calls.connected();
    expect(await calls.offer()).toMatchObject({ status: 503, code: 'TOO_MANY_CALLS', headers: { 'retry-after': '10' } });
    expect(calls.refused).toEqual(['refused/too-many-calls']);
    await calls.ask('DELETE', path);
    await calls.until(() => expect(calls.gateway.calls).toBe(0));
    expect((await calls.offer()).status).toBe(201);
  });

  it('while the gateway drains; calls go on', async () => {
    const calls = new GatewayHarness();
    await calls.connected();
    calls.gateway.drain();
    expect(await calls.offer()).toMatchObject({ status: 503, code: 'SHUTTING_DOWN', headers: { 'retry-after': '30' } });
    expect(calls.gateway.calls).toBe(1);
  });

  it('where calls by WebRTC are switched off', async () => {
    expect(await new GatewayHarness({ enabled: false }).offer()).toMatchObject({ status: 403, code: 'WEBRTC_OFF' });
  });

  it('when too many come from one address, whatever is in them; others are not hindered', async () => {
    const calls = new GatewayHarness({ offersPerMinute: 3 });
    for (let count = 0; count < 3; count += 1) expect((await calls.offer('junk')).status).toBe(400);
    expect(await calls.offer()).toMatchObject({ status: 429, code: 'TOO_MANY_OFFERS', headers: { 'retry-after': '20' } });
    expect((await calls.offer(chromium, { address: '192.0.2.77' })).status).toBe(201);
    calls.nowMs += 20_000;
    expect((await calls.offer()).status).toBe(201);
  });

  it('and credentials of the relay are neither for pages of other sites nor handed out without end', async () => {
    const input = { offersPerMinute: 1, turn: { urls: ['turn:turn.example.net'] } };
    const calls = new GatewayHarness(input, { callTokenKey: 'key', turnSecret: 'north' });
    const config = (headers: Record<string, string> = {}) => calls.ask('GET', '/webrtc/config', undefined, headers);
    expect(JSON.parse((await config()).body)).toMatchObject({ iceServers: [{ urls: input.turn.urls }] });
    expect(JSON.parse((await config({ origin: OTHER })).body)).toMatchObject({ iceServers: [] });
    for (let count = 0; count < 3; count += 1) await config();
    expect(await config()).toMatchObject({
      status: 429,
      code: 'TOO_MANY_REQUESTS',
      headers: { 'retry-after': expect.any(String) as string },
    });
  });

  it('and each refusal of what was offered is reported once', async () => {
    const calls = new GatewayHarness();
    await calls.offer('hello');
    await calls.offer(chromium.replace('m=audio', 'm=video'));
    await calls.offer(chromium, { headers: { origin: OTHER } });
    expect(calls.refused).toEqual(['refused/bad-offer', 'refused/no-audio', 'refused/not-allowed']);
  });

  it('and a flood of junk leaves a running call alone', async () => {
    const calls = new GatewayHarness({ offersPerMinute: 10_000 });
    const { path, etag } = await calls.connected();
    for (let count = 0; count < 300; count += 1) {
      const cut = chromium.slice(0, count * 7);
      await calls.offer(cut);
      await calls.patch(path, cut.slice(40), count % 2 === 0 ? etag : '*');
      await calls.ask('DELETE', `/webrtc/calls/${count}`);
    }
    expect(calls.legs[0]?.signal.aborted).toBe(false);
    expect(calls.gone).toEqual([]);
    expect(calls.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

describe('call tokens', () => {
  const required = { callTokens: { required: true } };
  const issue = callTokenIssuer('key');
  const inAnHourS = 1_790_000_000 + 3_600;
  const bearer = (token: string): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${token}` } });

  it('are asked for where they are required', async () => {
    const answer = await new GatewayHarness(required).offer();
    expect(answer).toMatchObject({
      status: 401,
      code: 'TOKEN_REQUIRED',
      headers: { 'www-authenticate': expect.stringContaining('Bearer') },
    });
  });

  it('let a call in, for the persona and the origin that they name', async () => {
    const calls = new GatewayHarness({ ...required, origins: [OTHER] });
    expect((await calls.offer(chromium, bearer(issue({ expiresAtS: inAnHourS })))).status).toBe(201);
    expect(await calls.offer(chromium, bearer(issue({ expiresAtS: inAnHourS, persona: 'echo' })))).toMatchObject({
      status: 403,
      code: 'TOKEN_NOT_FOR_THIS',
    });
    const forShop = issue({ expiresAtS: inAnHourS, origin: OTHER });
    expect(await calls.offer(chromium, bearer(forShop))).toMatchObject({ status: 403, code: 'TOKEN_NOT_FOR_THIS' });
    expect((await calls.offer(chromium, { headers: { ...bearer(forShop).headers, origin: OTHER } })).status).toBe(201);
  });

  it.each([
    ['expired', issue({ expiresAtS: 1_790_000_000 }), 'TOKEN_EXPIRED'],
    ['signed by somebody else', callTokenIssuer('other')({ expiresAtS: inAnHourS }), 'TOKEN_INVALID'],
    ['changed', issue({ expiresAtS: inAnHourS }).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'TOKEN_INVALID'],
    ['no token at all', 'hello', 'TOKEN_INVALID'],
    ['very long', `v1.${'a'.repeat(5_000)}.b`, 'TOKEN_INVALID'],
  ])('%s: 401', async (_how, token, code) => {
    const calls = new GatewayHarness(required);
    expect(await calls.offer(chromium, bearer(token))).toMatchObject({ status: 401, code });
    expect(calls.refused).toEqual(['refused/not-allowed']);
  });
});

describe('what a browser asks for before it calls', () => {
  const turn = { stunServers: ['stun:stun.example.net:3478'], turn: { urls: ['turn:turn.example.net:3478?transport=tcp'], ttlS: 600 } };
  const secrets = { callTokenKey: 'key', turnSecret: 'north' };

  // A page that came by a name pointed at this machine asks as if it were ours: browsers name no origin then.
  it.each([
    [{ host: 'rebound.example:3000' }, false],
    [{ host: 'rebound.example:3000', 'x-forwarded-proto': 'https' }, false],
    [{ host: 'rebound.example', 'sec-fetch-site': 'cross-site' }, false],
    [{ host: '192.168.1.20:3000' }, true],
    [{ host: 'localhost:3000' }, true],
    [{ host: 'voice.example.net', 'sec-fetch-site': 'same-origin' }, true],
  ])('gives %j credentials of the relay: %s', async (headers, given) => {
    const { status, body } = await new GatewayHarness(turn, secrets).ask(
      'GET',
      '/webrtc/config',
      undefined,
      headers as Record<string, string>,
    );
    expect([status, body.includes('credential'), body.includes('"personas"')]).toEqual([200, given, true]);
  });

  it('names who can be called, and servers with credentials as coturn checks them', async () => {
    const { body } = await new GatewayHarness(turn, secrets).ask('GET', '/webrtc/config');
    const config = JSON.parse(body) as { iceServers: { urls: string[]; username: string; credential: string }[] };
    expect(config).toMatchObject({
      personas: [
        { name: 'bot', title: 'Receptionist' },
        { name: 'echo', title: 'Echo' },
      ],
      tokenRequired: false,
    });
    const [stun, relay] = config.iceServers;
    expect(stun).toEqual({ urls: turn.stunServers });
    expect(relay?.username).toMatch(/^1790000600:[\w-]{8}$/);
    expect(relay?.credential).toBe(
      createHmac('sha1', 'north')
        .update(relay?.username ?? '')
        .digest('base64'),
    );
  });

  it('keeps relays for those with a token, where one is required', async () => {
    const calls = new GatewayHarness({ ...turn, callTokens: { required: true } }, secrets);
    const servers = async (headers: Record<string, string>): Promise<unknown[]> =>
      (JSON.parse((await calls.ask('GET', '/webrtc/config', undefined, headers)).body) as { iceServers: unknown[] }).iceServers;
    expect(await servers({})).toHaveLength(1);
    expect(
      await servers({ authorization: `Bearer ${callTokenIssuer('key')({ expiresAtS: 1_790_000_100, persona: 'echo' })}` }),
    ).toHaveLength(2);
  });

  it('names no relay without its secret', async () => {
    expect(JSON.parse((await new GatewayHarness(turn).ask('GET', '/webrtc/config')).body)).toMatchObject({
      iceServers: [{ urls: turn.stunServers }],
    });
  });

  it('comes with the answer to an offer too', async () => {
    const { headers } = await new GatewayHarness(turn, secrets).offer();
    expect(headers['link']).toEqual([
      '<stun:stun.example.net:3478>; rel="ice-server"',
      expect.stringMatching(
        /^<turn:turn\.example\.net:3478\?transport=tcp>; rel="ice-server"; username="1790000600:[\w-]{8}"; credential="[\w+/=]+"; credential-type="password"$/,
      ),
    ]);
  });
});

describe('pages of other origins', () => {
  it('that are listed may call and read what they need', async () => {
    const calls = new GatewayHarness({ origins: [OTHER] });
    expect(await calls.offer(chromium, { headers: { origin: OTHER } })).toMatchObject({
      status: 201,
      headers: {
        'access-control-allow-origin': OTHER,
        'access-control-expose-headers': 'Location, ETag, Link, Retry-After',
        vary: 'Origin',
      },
    });
    expect(await calls.offer('junk', { headers: { origin: OTHER } })).toMatchObject({
      status: 400,
      headers: { 'access-control-allow-origin': OTHER },
    });
  });

  it('ask first, and are told', async () => {
    const calls = new GatewayHarness({ origins: [OTHER] });
    const ask = (origin: string) =>
      calls.ask('OPTIONS', '/webrtc/calls', undefined, {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-private-network': 'true',
      });
    expect(await ask(OTHER)).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': OTHER,
        'access-control-allow-methods': expect.stringContaining('PATCH'),
        'access-control-allow-headers': expect.stringContaining('If-Match'),
        'access-control-allow-private-network': 'true',
        'accept-post': 'application/sdp',
      },
    });
    expect((await ask('https://else.example.net')).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('may all call where the list says so, and the own page always', async () => {
    expect((await new GatewayHarness({ origins: ['*'] }).offer(chromium, { headers: { origin: OTHER } })).status).toBe(201);
    const own = await new GatewayHarness().offer(chromium, { headers: { origin: 'https://bot.example.net', host: 'bot.example.net:443' } });
    expect(own.status).toBe(201);
    expect(own.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('that are not listed may not change or end a call either', async () => {
    const calls = new GatewayHarness();
    const { path } = await calls.connected();
    expect((await calls.ask('DELETE', path, undefined, { origin: OTHER })).code).toBe('ORIGIN_NOT_ALLOWED');
    expect(
      (
        await calls.ask('PATCH', path, 'a=end-of-candidates', {
          origin: OTHER,
          'content-type': 'application/trickle-ice-sdpfrag',
          'if-match': '*',
        })
      ).code,
    ).toBe('ORIGIN_NOT_ALLOWED');
    expect(calls.gone).toEqual([]);
  });
});

describe('other methods', () => {
  it.each([
    ['GET', '/webrtc/calls', 'POST, OPTIONS'],
    ['HEAD', '/webrtc/calls', 'POST, OPTIONS'],
    ['PUT', '/webrtc/calls', 'POST, OPTIONS'],
    ['DELETE', '/webrtc/calls', 'POST, OPTIONS'],
    ['GET', '/webrtc/calls/x', 'PATCH, DELETE, OPTIONS'],
    ['POST', '/webrtc/calls/x', 'PATCH, DELETE, OPTIONS'],
    ['POST', '/webrtc/config', 'GET, OPTIONS'],
  ] as const)('%s %s: 405', async (method, url, allow) => {
    const answer = await new GatewayHarness().ask(method, url, method === 'POST' || method === 'PUT' ? '{}' : undefined, {
      'content-type': 'application/json',
    });
    expect(answer).toMatchObject({ status: 405, headers: { allow } });
  });

  it('PATCH and DELETE of what is not there: 404; of the wrong type: 415; too long: 413', async () => {
    const calls = new GatewayHarness();
    expect(await calls.ask('DELETE', '/webrtc/calls/none')).toMatchObject({ status: 404, code: 'NO_SUCH_CALL' });
    expect(await calls.patch('/webrtc/calls/none', 'a=end-of-candidates', '*')).toMatchObject({ status: 404, code: 'NO_SUCH_CALL' });
    expect(await calls.ask('PATCH', '/webrtc/calls/none', '{}', { 'content-type': 'application/json' })).toMatchObject({
      status: 415,
      code: 'FRAGMENT_TYPE',
      headers: { 'accept-patch': 'application/trickle-ice-sdpfrag' },
    });
    expect(await calls.patch('/webrtc/calls/none', 'a'.repeat(70_000), '*')).toMatchObject({ status: 413, code: 'FRAGMENT_TOO_LARGE' });
  });
});
