import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { chromium } from '../sdp/testing/vectors.ts';
import { GatewayHarness } from '../testing/gateway-harness.ts';

const open: GatewayHarness[] = [];
afterEach(async () => {
  for (const calls of open.splice(0)) await calls.app.close();
});

async function listening(calls: GatewayHarness): Promise<string> {
  open.push(calls);
  await calls.app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(calls.app.server.address() as AddressInfo).port}`;
}

function connections(calls: GatewayHarness): Promise<number> {
  return new Promise((resolve, reject) => {
    calls.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

it('a browser calls and hangs up over HTTP as it is', async () => {
  const calls = new GatewayHarness();
  const server = await listening(calls);
  const answer = await fetch(`${server}/webrtc/calls?persona=bot`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp' },
    body: chromium,
  });
  expect(answer.status).toBe(201);
  calls.media.last.peer({ kind: 'state', state: 'connected' });
  const location = new URL(answer.headers.get('location') ?? '', server);
  expect((await fetch(location, { method: 'DELETE' })).status).toBe(200);
  await calls.until(() => expect(calls.gone).toEqual(['caller/hangup']));
});

it('an offer whose request is broken off before the answer leaves nothing behind', async () => {
  const calls = new GatewayHarness();
  const gate = Promise.withResolvers<void>();
  calls.media.gate = gate.promise;
  const server = await listening(calls);
  const asking = request(`${server}/webrtc/calls?persona=bot`, { method: 'POST', headers: { 'content-type': 'application/sdp' } });
  asking.on('error', () => undefined);
  asking.end(chromium);
  await calls.until(() => expect(calls.rang).toHaveLength(1));
  asking.destroy();
  await vi.waitFor(async () => expect(await connections(calls)).toBe(0));
  expect(calls.gone).toEqual([]);
  gate.resolve();
  await calls.until(() => expect(calls.gone).toEqual(['abandoned caller/cancelled']));
  expect(calls.media.last.closed).toBe(1);
  expect(calls.gateway.calls).toBe(0);
});

it('an offer of unbounded length is cut off', async () => {
  const calls = new GatewayHarness();
  const server = await listening(calls);
  const answer = await fetch(`${server}/webrtc/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp' },
    body: 'a'.repeat(2_000_000),
  }).catch(() => undefined);
  if (answer !== undefined) expect(answer.status).toBe(413);
  expect(calls.admitted).toEqual([]);
});
