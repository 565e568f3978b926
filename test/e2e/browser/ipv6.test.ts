import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebRtcCaller } from '#callers/io/webrtc-caller';
import { startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { app as shared, until } from '../support/shared-app.ts';
import { endedRecord } from '../support/web-calls.ts';

/** Containers are often without. */
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

describe.runIf(hasIpv6)('a machine with IPv6 alone', () => {
  let app: AppUnderTest;
  beforeAll(async () => {
    app = await startApp({ servicesOf: shared, set: ['webrtc.bindAddresses=["::1"]', 'http.bindAddress=::1'] });
  });
  afterAll(async () => {
    expect(await app.stop()).toBe(0);
  });

  test('is called over ::1, page and sound', async () => {
    const baseUrl = app.httpUrl.replace('127.0.0.1', '[::1]');
    expect(await (await fetch(baseUrl)).text()).toContain('<title>');
    const caller = await WebRtcCaller.dial({ baseUrl, persona: 'bot' });
    expect(await caller.hearBot()).toBe(true);
    expect(caller.counts.received).toBeGreaterThan(50);
    await caller.hangUp();
    await until('the record', 5000, async () => (await endedRecord(5000, { ...app, httpUrl: baseUrl })).endReason === 'caller/hangup');
  });
});
