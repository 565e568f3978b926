import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerAbout, app, health, likeness, until } from '../support/shared-app.ts';
import { freeTcpPort, startApp, type AppUnderTest } from '../support/app-under-test.ts';
import { CallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { lateServices, type LateServices } from '../support/late-services.ts';
import { madeOffer, posted, refusal } from '../support/offers.ts';

/** A server of its own: its services come late, it has https, and it takes few offers a minute. The tests go through its life in order. */
let services: LateServices;
let own: AppUnderTest;
let httpsUrl: string;
let browser: Browser;
beforeAll(async () => {
  services = await lateServices(app);
  const httpsPort = await freeTcpPort();
  httpsUrl = `https://127.0.0.1:${httpsPort}`;
  [browser, own] = await Promise.all([
    launchChromium(),
    startApp({
      servicesOf: services,
      until: 'page',
      set: [
        'http.https.enabled=true',
        `http.https.port=${httpsPort}`,
        `http.https.directory=${join(app.dataDir, 'https')}`,
        `webrtc.offersPerMinute=${OFFERS}`,
      ],
    }),
  ]);
});
afterAll(async () => {
  await browser.close();
  expect(await own.stop()).toBe(0);
  services.close();
});

const OFFERS = 12;

test('the page waits for services that are late, and goes on by itself', async () => {
  const call = await CallPage.open(browser, own.httpUrl);
  const notice = call.page.locator('[data-readiness]');
  await notice.getByText('The bot is starting').waitFor();
  expect(await call.page.locator('#call').getAttribute('aria-disabled')).toBe('true');
  expect(await refusal(...posted(own.httpUrl, await madeOffer(call.page)))).toMatchObject({
    status: 503,
    code: 'NOT_READY',
    retryAfter: 5,
  });
  await services.arrive();
  await call.page.locator('#call[aria-disabled="false"]').waitFor({ timeout: 60_000 });
  await notice.waitFor({ state: 'detached' });
  await call.page.locator('#live', { hasText: 'The bot is ready' }).waitFor({ state: 'attached' });
  await call.callAndHearGreeting('bot');
  await call.hangUp();
  await call.close();
});

test('calls work by https with a certificate that the server made', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const call = await CallPage.open(context, httpsUrl);
  expect(await call.page.evaluate('isSecureContext')).toBe(true);
  await call.callAndHearGreeting('bot');
  await call.say('What time is breakfast?');
  await until(
    'an answer',
    20_000,
    async () => likeness(answerAbout(/breakfast/), (await call.page.locator('.entry.bot .said').last().textContent()) ?? '') > 0.7,
  );
  await call.hangUp();
  expect(call.complaints).toEqual([]);
  await context.close();
});

test('too many offers: the running call goes on, the next one is told when', async () => {
  const [running, next] = [await CallPage.open(browser, own.httpUrl), await CallPage.open(browser, own.httpUrl)];
  await running.callAndHearGreeting('bot');
  const refusals = [];
  do refusals.push(await refusal(...posted(own.httpUrl, 'garbage')));
  while (refusals.at(-1)?.status === 400 && refusals.length <= OFFERS);
  expect(refusals.at(-1)).toMatchObject({ status: 429, code: 'TOO_MANY_OFFERS' });
  expect(refusals.at(-1)?.retryAfter).toBeGreaterThan(0);
  await next.page.click('#call');
  const notice = next.page.locator('.notice.trouble[data-code="TOO_MANY_OFFERS"]');
  await notice.waitFor();
  expect(await notice.textContent()).toContain('too many calls from your network');
  await running.say('Do you have parking?');
  await until(
    'an answer',
    20_000,
    async () => likeness(answerAbout(/parking/), (await running.page.locator('.entry.bot .said').last().textContent()) ?? '') > 0.7,
  );
  await running.hangUp();
  await until('the call to be over', 10_000, async () => (await health(own.httpUrl)).calls === 0);
});

test('the page says so when the server stops, and when it is gone', async () => {
  const { page } = await CallPage.open(browser, own.httpUrl);
  await page.locator('#call[aria-disabled="false"]').waitFor();
  expect(await own.stop()).toBe(0);
  await page.click('#call');
  const notice = page.locator('.notice.trouble[data-code="SERVER_UNREACHABLE"]');
  await notice.waitFor();
  expect(await notice.textContent()).toContain('The server does not answer');
  await page.locator('[data-readiness]').getByText('The page keeps looking').waitFor();
  expect(await page.locator('#call').getAttribute('aria-disabled')).toBe('true');
});
