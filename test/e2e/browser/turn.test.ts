import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { CallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { answerAbout, app as withoutTurn, health, likeness, until } from '../support/shared-app.ts';
import { startTurnServer, type TurnServer } from '../support/turn-server.ts';
import { endedRecord } from '../support/web-calls.ts';

let turn: TurnServer;
let app: AppUnderTest;
let browser: Browser;
let call: CallPage;
beforeAll(async () => {
  turn = await startTurnServer();
  app = await startApp({
    servicesOf: withoutTurn,
    env: { PARLEY_TURN_SECRET: turn.secret },
    set: [`webrtc.turn.urls=["${turn.url}"]`, 'webrtc.turn.ttlS=600', 'webrtc.bindAddresses=["127.0.0.1"]'],
  });
  browser = await launchChromium({ flags: ['--webrtc-ip-handling-policy=disable_non_proxied_udp'] });
});
afterAll(async () => {
  await browser.close();
  expect(await app.stop()).toBe(0);
  await turn.stop();
});
afterEach(async () => {
  await call.close();
  for (const { httpUrl } of [app, withoutTurn])
    await until('all calls to be over', 20_000, async () => (await health(httpUrl)).calls === 0);
});

interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

async function configuredServer(): Promise<IceServer> {
  const { iceServers } = (await (await fetch(`${app.httpUrl}/webrtc/config`)).json()) as { iceServers: IceServer[] };
  expect(iceServers).toHaveLength(1);
  return iceServers[0] as IceServer;
}

/** What the browser gets from coturn with these. */
async function relaysOf(server: object): Promise<{ candidates: string[]; errorCodes: number[] }> {
  return await call.page.evaluate(`callProbe.relaysOf(${JSON.stringify(server)})`);
}

describe('a network that lets no UDP through', () => {
  test('calls through TURN over TCP', async () => {
    call = await CallPage.open(browser, app.httpUrl);
    await call.page.selectOption('#transport', 'webrtc');
    await call.callAndHearGreeting('bot');
    expect(await call.page.evaluate('callProbe.path()')).toEqual({ type: 'relay', relayProtocol: 'tcp' });
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    expect(
      likeness(answerAbout(/breakfast/), (await call.page.locator('.entry.bot.completed .said').last().textContent()) ?? ''),
    ).toBeGreaterThan(0.9);
    await call.hangUp();
    expect(await endedRecord(10_000, app)).toMatchObject({ endReason: 'caller/hangup', facts: { kind: 'webrtc' } });
  });

  test('coturn takes the credentials that the page is given, for as long as they are good, and no others', async () => {
    call = await CallPage.open(browser, app.httpUrl);
    const given = await configuredServer();
    const nowS = Date.now() / 1000;
    const expiresAtS = Number(given.username.split(':')[0]);
    expect(expiresAtS).toBeGreaterThan(nowS + 500);
    expect(expiresAtS).toBeLessThan(nowS + 700);
    expect((await relaysOf(given)).candidates.join()).toMatch(/ 127\.0\.0\.1 \d+ typ relay/);
    expect((await relaysOf(turn.credentials(nowS + 600))).candidates).not.toEqual([]);
    for (const refused of [
      turn.credentials(nowS - 10),
      turn.credentials(nowS + 600, 'another secret'),
      { ...given, username: `${expiresAtS + 600}:longer` },
    ]) {
      const { candidates, errorCodes } = await relaysOf(refused);
      expect(candidates).toEqual([]);
      expect(errorCodes).toContain(401);
    }
  });

  test('without TURN the page falls back to the WebSocket by itself', async () => {
    call = await CallPage.open(browser, withoutTurn.httpUrl);
    await call.callAndHearGreeting('bot');
    expect(await call.page.locator('.network-transport').textContent()).toMatch(/^Over WebSocket/);
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    await call.hangUp();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup', facts: { kind: 'websocket' } });
  });
});
