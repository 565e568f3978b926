import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { answerAbout, app, bot, health, likeness, until } from '../support/shared-app.ts';
import { freeTcpPort, startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { CallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { endedRecord, newestRecord } from '../support/web-calls.ts';

let browser: Browser;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function shop(options: Parameters<typeof openShop>[0]): Promise<Shop> {
  const opened = await openShop(options);
  open.push(opened);
  return opened;
}

async function visit({ origin }: Shop): Promise<CallPage> {
  const visited = await CallPage.open(browser, origin);
  open.push(visited);
  return visited;
}

/** Its button is in a shadow tree, which playwright looks through. */
async function press(page: Page, name: 'Call' | 'Hang up'): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

interface EmbeddedElement {
  tokenSource: unknown;
  setAttribute(name: string, value: string): void;
  remove(): void;
}

async function setAttribute(page: Page, name: string, value: string): Promise<void> {
  await page
    .locator('voice-call')
    .evaluate((element: EmbeddedElement, [key, to]: readonly [string, string]) => element.setAttribute(key, to), [name, value] as const);
}

async function toldOf(page: Page, event: string): Promise<void> {
  await page.locator('#events li', { hasText: event }).first().waitFor({ timeout: 20_000 });
}

async function isAnswered(call: CallPage, question: string, about: RegExp): Promise<void> {
  await call.say(question);
  await until(
    `an answer to "${question}"`,
    20_000,
    async () => likeness(answerAbout(about), (await call.page.locator('voice-call .captions .bot').last().textContent()) ?? '') > 0.7,
  );
}

async function failure(page: Page): Promise<string> {
  const shown = page.locator('voice-call .failure');
  await shown.waitFor({ timeout: 15_000 });
  return (await shown.textContent()) ?? '';
}

describe('the element in a page of another origin', () => {
  test('calls, is answered, tells the page, and hangs up', async () => {
    const call = await visit(await shop({ port: inject('shopPort'), parleyUrl: app.httpUrl }));
    const { page } = call;
    await press(page, 'Call');
    await toldOf(page, 'call-state: connecting');
    await toldOf(page, 'call-message: hello');
    await toldOf(page, 'call-state: listening');
    expect(likeness(bot.greeting, (await page.locator('voice-call .captions .bot').first().textContent()) ?? '')).toBeGreaterThan(0.9);
    await isAnswered(call, 'What time is breakfast?', /breakfast/);
    expect(
      likeness('What time is breakfast?', (await page.locator('voice-call .captions .caller').last().textContent()) ?? ''),
    ).toBeGreaterThan(0.7);
    await press(page, 'Hang up');
    await toldOf(page, 'call-ended: caller/hangup');
    await page.getByText('You hung up').waitFor();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup', facts: { kind: 'webrtc' } });
    expect(call.complaints).toEqual([]);
  });

  test('hangs up when the page takes it out', async () => {
    const { page } = await visit(await shop({ port: inject('shopPort'), parleyUrl: app.httpUrl }));
    await setAttribute(page, 'transport', 'websocket');
    await press(page, 'Call');
    await toldOf(page, 'call-state: listening');
    await page.locator('voice-call').evaluate((element: EmbeddedElement) => element.remove());
    expect(await endedRecord(5000)).toMatchObject({ endReason: 'caller/hangup', facts: { kind: 'websocket' } });
  });

  test('says what the operator has to do where its page is not listed', async () => {
    const before = await newestRecord();
    const stranger = await shop({ port: await freeTcpPort(), parleyUrl: app.httpUrl });
    const { page } = await visit(stranger);
    await press(page, 'Call');
    expect(await failure(page)).toContain(`It must also allow calls from ${stranger.origin} (webrtc.origins)`);
    await toldOf(page, 'call-failure');
    await setAttribute(page, 'transport', 'websocket');
    await press(page, 'Call');
    await page.locator('#events li', { hasText: 'call-failure' }).nth(1).waitFor();
    expect(await newestRecord()).toEqual(before);
  });
});

describe('with call tokens', () => {
  let own: AppUnderTest;
  let shopPort: number;
  beforeAll(async () => {
    shopPort = await freeTcpPort();
    own = await startApp({ servicesOf: app, set: ['webrtc.callTokens.required=true', `webrtc.origins=["http://localhost:${shopPort}"]`] });
  });
  afterAll(async () => {
    expect(await own.stop()).toBe(0);
  });

  async function token(wanted: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await fetch(`${own.httpUrl}/v1/call-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { token: string }).token;
  }

  test('calls with one that its own server fetched, by WebRTC and by WebSocket', async () => {
    const call = await visit(await shop({ port: shopPort, parleyUrl: own.httpUrl, apiToken: own.token }));
    const { page } = call;
    for (const transport of ['webrtc', 'websocket']) {
      await setAttribute(page, 'transport', transport);
      await press(page, 'Call');
      await page.locator('voice-call .state', { hasText: /^Listening$/ }).waitFor({ timeout: 20_000 });
      await press(page, 'Hang up');
      await page.getByText('You hung up').waitFor();
    }
    await until('the calls to be over', 10_000, async () => (await health(own.httpUrl)).calls === 0);
    expect(call.complaints).toEqual([]);
  });

  test('is refused without one, with one of another site, and with an old one', async () => {
    const old = await token({ ttlS: 5 });
    const madeAtMs = performance.now();
    const { page } = await visit(await shop({ port: shopPort, parleyUrl: own.httpUrl }));
    await press(page, 'Call');
    expect(await failure(page)).toContain('only with a call token');
    await page.locator('voice-call').evaluate((element: EmbeddedElement) => (element.tokenSource = undefined));
    const isRefused = async (given: string): Promise<void> => {
      await setAttribute(page, 'token', given);
      await press(page, 'Call');
      await page
        .locator('#events li:last-child', { hasText: 'call-failure: The pass for this call is no longer good' })
        .waitFor({ timeout: 5000 });
      await page.locator('#events li').evaluateAll((items: { remove(): void }[]) => items.forEach((item) => item.remove()));
    };
    await isRefused(await token({ origin: 'https://elsewhere.example' }));
    await isRefused('invented');
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 6100 - (performance.now() - madeAtMs))));
    await isRefused(old);
    expect((await health(own.httpUrl)).calls).toBe(0);
  });
});
