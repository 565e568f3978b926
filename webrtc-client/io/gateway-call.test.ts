import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { ms } from '#domain/units';
import { parseServerMessage } from '../signalling.ts';
import { chromium, werift } from '../sdp/testing/vectors.ts';
import { GatewayHarness } from '../testing/gateway-harness.ts';
import { STATS } from '../testing/fake-media.ts';

const RESTARTED =
  'a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:New1\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=candidate:1 1 udp 1 192.0.2.44 7 typ host\r\n';
const TRICKLED = RESTARTED.replace('New1', 'mD+r').replace('P2uYro0UCOQ4zxjKXaWCBui1', '1q7nY2WJfSPYxgUyqOLEkhBs');

describe('a browser calls', () => {
  it('is answered by 201, with the place of its call, an entity tag and our description', async () => {
    const calls = new GatewayHarness();
    const answer = await calls.offer(chromium, { query: '?persona=echo&name=Front%00%20desk', headers: { 'user-agent': 'Test/1' } });
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'content-type': 'application/sdp', etag: '"ice-1"', location: expect.stringMatching(/^\/webrtc\/calls\/[\w-]{32}$/) },
    });
    expect(answer.body).toContain('a=ice-ufrag:ours\r\n');
    expect(answer.body).toContain('a=candidate:1 1 udp 2130706431 192.0.2.1 30000 typ host\r\n');
    expect(calls.rang).toEqual([
      {
        callId: 'id-1',
        legId: 'id-2',
        kind: 'webrtc',
        direction: 'inbound',
        to: 'webrtc:echo',
        toUser: 'echo',
        from: 'webrtc:browser',
        fromUser: 'browser',
        displayName: 'Front  desk',
        peer: expect.stringMatching(/^192\.0\.2\.9:/),
        headers: { 'x-user-agent': 'Test/1' },
        signallingId: 'id-2',
      },
    ]);
    expect(calls.media.last.spec).toMatchObject({
      legId: 'id-2',
      codec: 'opus',
      payloadType: 111,
      nack: false,
      direction: 'sendrecv',
      peer: {
        sctpPort: 5000,
        localSetup: 'passive',
        remoteIce: { usernameFragment: 'mD+r', lite: false },
        network: { ice: 'lite', goneMs: 15_000, ports: { first: 30_000, last: 30_999 } },
      },
    });
  });

  it('is spoken to only when it is connected, so that no greeting is lost', async () => {
    const calls = new GatewayHarness();
    await calls.offer();
    expect(calls.legs).toHaveLength(0);
    calls.nowMs = 1_400;
    calls.media.last.peer({ kind: 'state', state: 'connected' });
    expect(calls.legs).toHaveLength(1);
    expect(calls.legs[0]).toMatchObject({ arrivedAtMs: 1_000, answeredAtMs: 1_400 });
    expect(calls.gateway.calls).toBe(1);
  });

  it('is told over the data channel what happens, in order, from the answer on', async () => {
    const calls = new GatewayHarness();
    await calls.offer();
    const leg = calls.media.last;
    leg.peer({ kind: 'state', state: 'connected' });
    calls.publish('id-1', { kind: 'turn-opened', turnId: 1, source: 'greeting', callerText: '' });
    expect(leg.sent).toEqual([]);
    leg.peer({ kind: 'channel-open' });
    leg.media({ kind: 'playout-started', turnId: 1, atMs: ms(1_200) });
    expect(leg.sent.map(({ kind, state }) => state ?? kind)).toEqual(['hello', 'listening', 'turn-opened', 'thinking', 'speaking']);
    expect(leg.sent[0]).toMatchObject({ callId: 'id-1', persona: 'bot', title: 'Receptionist' });
    for (const message of leg.sent) expect(parseServerMessage(JSON.stringify(message))).toBeDefined();
  });

  it('mutes, presses keys and types', async () => {
    const calls = new GatewayHarness();
    await calls.connected();
    const leg = calls.media.last;
    leg.page({ kind: 'mute', on: true });
    leg.page({ kind: 'dtmf', digit: '5' });
    leg.page({ kind: 'text', text: ' hello ' });
    expect(calls.heard).toEqual([
      { kind: 'caller-muted', muted: true, atMs: 1_000 },
      { kind: 'dtmf', digit: '5', durationMs: 100, atMs: 1_000 },
      { kind: 'caller-text', text: 'hello', atMs: 1_000 },
    ]);
  });

  it('is told once of messages that are not understood, and of too many', async () => {
    const calls = new GatewayHarness();
    await calls.connected();
    const leg = calls.media.last;
    for (let count = 0; count < 2_000; count += 1) leg.page({ kind: 'fly' });
    leg.peer({ kind: 'text', text: 'no json' });
    expect(leg.sent.filter(({ kind }) => kind === 'notice').map(({ code }) => code)).toEqual(['BAD_MESSAGE', 'TOO_MANY_MESSAGES']);
    expect(calls.heard).toEqual([]);
  });

  it.each([
    [
      'by DELETE',
      async (calls: GatewayHarness, path: string) => expect((await calls.ask('DELETE', path)).status).toBe(200),
      'caller/hangup',
    ],
    ['by message', (calls: GatewayHarness) => calls.media.last.page({ kind: 'hangup' }), 'caller/hangup'],
    ['by closing the connection', (calls: GatewayHarness) => calls.media.last.peer({ kind: 'state', state: 'closed' }), 'caller/hangup'],
    ['by vanishing', (calls: GatewayHarness) => calls.media.last.peer({ kind: 'state', state: 'gone' }), 'network/peer-gone'],
    ['by a failing connection', (calls: GatewayHarness) => calls.media.last.peer({ kind: 'state', state: 'failed' }), 'network/peer-gone'],
    ['by our side', (calls: GatewayHarness) => void calls.legs[0]?.end({ by: 'bot', code: 'goodbye' }), 'bot/goodbye'],
    [
      'by lost media',
      (calls: GatewayHarness) => calls.media.last.media({ kind: 'media-lost', detail: 'x', atMs: ms(1) }),
      'system/media-worker-died',
    ],
    ['by the stop of the process', (calls: GatewayHarness) => void calls.gateway.close(), 'operator/shutdown'],
  ])('ends once, %s', async (_how, end, reason) => {
    const calls = new GatewayHarness();
    const { path } = await calls.connected();
    await end(calls, path);
    await calls.until(() => expect(calls.gone).toEqual([reason]));
    expect(calls.legs[0]?.signal.aborted).toBe(true);
    expect(await calls.legs[0]?.ended).toMatchObject({ stats: STATS });
    expect(calls.media.last.closed).toBe(1);
    expect(calls.gateway.calls).toBe(0);
    expect(calls.observers).toBe(0);
    // The page says goodbye by DTLS and by HTTP, and either may be quicker: what is over is no error in its console.
    expect((await calls.ask('DELETE', path)).status).toBe(200);
    expect((await calls.ask('DELETE', `${path}x`)).code).toBe('NO_SUCH_CALL');
    expect((await calls.patch(path, TRICKLED, '*')).status).toBe(204);
    calls.media.last.peer({ kind: 'state', state: 'gone' });
    expect(calls.gone).toEqual([reason]);
  });

  it('is told why it is over before the connection closes', async () => {
    const calls = new GatewayHarness();
    await calls.connected();
    void calls.legs[0]?.end({ by: 'bot', code: 'goodbye' });
    expect(calls.media.last.sent.at(-1)).toMatchObject({ kind: 'ended', reason: 'bot/goodbye' });
    expect(calls.media.last.closed).toBe(0);
    await calls.until(() => expect(calls.media.last.closed).toBe(1));
  });

  it('that never connects is given up, and was never answered', async () => {
    const calls = new GatewayHarness();
    await calls.offer();
    calls.media.last.peer({ kind: 'state', state: 'failed', detail: 'no check came' });
    await calls.until(() => expect(calls.gone).toEqual(['abandoned network/connect-timeout']));
    expect(calls.legs).toEqual([]);
  });

  it('that hangs up before it is connected has cancelled', async () => {
    const calls = new GatewayHarness();
    const { headers } = await calls.offer();
    await calls.ask('DELETE', String(headers['location']));
    await calls.until(() => expect(calls.gone).toEqual(['abandoned caller/cancelled']));
  });

  it.each([
    ['no ports', new AppError('NO_PORTS', 'none left'), 503, 'NO_PORTS', 'system/no-ports'],
    ['no media worker', new AppError('MEDIA_WORKER_DIED', 'gone'), 503, 'NOT_READY', 'system/media-worker-died'],
    ['two ICE-lite sides', new AppError('ICE_BOTH_LITE', 'both are lite'), 422, 'BAD_OFFER', 'refused/bad-offer'],
    ['a defect', new Error('oops'), 500, 'INTERNAL', 'system/internal-error'],
  ])('is refused for %s, and leaves nothing behind', async (_what, fault, status, code, reason) => {
    const calls = new GatewayHarness();
    calls.media.fault = fault;
    expect(await calls.offer()).toMatchObject({ status, code });
    await calls.until(() => expect(calls.gone).toEqual([`abandoned ${reason}`]));
    expect(calls.gateway.calls).toBe(0);
  });

  it('does without a data channel', async () => {
    const calls = new GatewayHarness();
    await calls.offer(werift);
    calls.media.last.peer({ kind: 'state', state: 'connected' });
    void calls.legs[0]?.end({ by: 'bot', code: 'goodbye' });
    await calls.until(() => expect(calls.gone).toEqual(['bot/goodbye']));
    expect(calls.media.last.spec.peer.sctpPort).toBeUndefined();
    expect(calls.media.last.told).toEqual([]);
  });

  it('whose conversation throws ends alone', async () => {
    const calls = new GatewayHarness();
    await calls.connected();
    calls.onAnswered = () => {
      throw new Error('conversation broke');
    };
    await calls.connected();
    await calls.until(() => expect(calls.gone).toEqual(['system/internal-error']));
    expect(calls.gateway.calls).toBe(1);
  });
});

describe('changes of a call', () => {
  it('trickle: 204, and the candidates reach the transport', async () => {
    const calls = new GatewayHarness();
    const { path, etag } = await calls.connected();
    expect((await calls.patch(path, TRICKLED, etag)).status).toBe(204);
    expect(calls.media.last.told).toContainEqual({ kind: 'add-candidates', candidates: ['candidate:1 1 udp 1 192.0.2.44 7 typ host'] });
    expect((await calls.patch(path, 'a=end-of-candidates\r\n', etag)).status).toBe(204);
  });

  it('ICE restart: 200 with our new credentials and a new entity tag, the call goes on', async () => {
    const calls = new GatewayHarness();
    const { path, etag } = await calls.connected();
    const pending = calls.patch(path, RESTARTED, '"*"');
    await calls.until(() =>
      expect(calls.media.last.told).toContainEqual(
        expect.objectContaining({
          kind: 'restart-ice',
          remoteIce: {
            usernameFragment: 'New1',
            password: 'P2uYro0UCOQ4zxjKXaWCBui1',
            candidates: ['candidate:1 1 udp 1 192.0.2.44 7 typ host'],
          },
        }),
      ),
    );
    expect((await calls.patch(path, RESTARTED.replace('New1', 'New2'), '*')).code).toBe('RESTART_IN_PROGRESS');
    calls.media.last.peer({
      kind: 'ice-restarted',
      ice: { usernameFragment: 'ours2', password: 'q'.repeat(24), candidates: ['candidate:2 1 udp 1 192.0.2.1 30000 typ host'] },
    });
    const answer = await pending;
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/trickle-ice-sdpfrag', etag: '"ice-2"' } });
    expect(answer.body).toContain('a=ice-ufrag:ours2\r\n');
    expect((await calls.patch(path, TRICKLED, etag)).code).toBe('PRECONDITION_FAILED');
    expect(calls.gone).toEqual([]);
  });

  it('without If-Match: 428; with another tag: 412; a restart without "*": 412', async () => {
    const calls = new GatewayHarness();
    const { path, etag } = await calls.connected();
    expect(await calls.patch(path, TRICKLED)).toMatchObject({ status: 428, code: 'PRECONDITION_REQUIRED' });
    expect(await calls.patch(path, TRICKLED, '"other"')).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect(await calls.patch(path, RESTARTED, etag)).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  });

  it('that cannot be read: 400 with the line', async () => {
    const calls = new GatewayHarness();
    const { path, etag } = await calls.connected();
    const answer = await calls.patch(path, 'm=audio\r\nhello', etag);
    expect(answer).toMatchObject({ status: 400, code: 'BAD_FRAGMENT', body: expect.stringContaining('Line 2') });
  });

  it('of a call that ends meanwhile are answered', async () => {
    const calls = new GatewayHarness();
    const { path } = await calls.connected();
    const pending = calls.patch(path, RESTARTED, '*');
    await calls.until(() => expect(calls.media.last.told.some(({ kind }) => kind === 'restart-ice')).toBe(true));
    await calls.ask('DELETE', path);
    expect(await pending).toMatchObject({ status: 404, code: 'NO_SUCH_CALL' });
  });
});
