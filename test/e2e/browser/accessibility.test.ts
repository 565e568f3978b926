import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { pause } from '#callers/io/caller';
import { answerAbout, app, health, likeness, until } from '../support/shared-app.ts';
import { CallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { expectAccessible, type Look } from '../support/looks.ts';
import { openShop } from '../support/shop.ts';

let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});
beforeEach(async () => {
  context = await browser.newContext({ reducedMotion: 'reduce' });
});
afterEach(async () => {
  await context.close();
  await until('all calls to be over', 20_000, async () => (await health()).calls === 0);
});

/** A notice looks the same on every page; one look by day and one by night are enough. */
const TWO_LOOKS: readonly Look[] = [
  { theme: 'light', widthPx: 1280 },
  { theme: 'dark', widthPx: 360 },
];

async function readyPage(): Promise<CallPage> {
  const call = await CallPage.open(context, app.httpUrl);
  await call.page.locator('#call[aria-disabled="false"]').waitFor();
  return call;
}

describe('axe finds nothing wrong with the page', () => {
  test('before, during and after a call', async () => {
    const call = await readyPage();
    const { page } = call;
    await expectAccessible(page, 'idle');
    await call.callAndHearGreeting('bot');
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await expectAccessible(page, 'speaking', TWO_LOOKS);
    await pause(1000);
    await call.say('Do you have parking?');
    await until(
      'the second answer',
      20_000,
      async () => likeness(answerAbout(/parking/), (await page.locator('.entry.bot .said').last().textContent()) ?? '') > 0.7,
    );
    await page.getByRole('button', { name: 'Mute' }).click();
    await expectAccessible(page, 'in-call-muted');
    await page.getByRole('button', { name: 'Keypad' }).click();
    await page.keyboard.press('4');
    await expectAccessible(page, 'keypad');
    await page.keyboard.press('Escape');
    await call.hangUp();
    await page.locator('#picture svg').first().waitFor();
    await expectAccessible(page, 'ended');
    await page.getByText('The same as a table').click();
    await expectAccessible(page, 'ended-table', TWO_LOOKS);
  });

  /** What the server or the browser says is played here; that they say it is tested in `page-failures`. */
  const refused =
    (status: number, code: string) =>
    async (page: Page): Promise<void> => {
      const problem = { type: 'about:blank', title: 'Refused', status, code, detail: 'As the test says.' };
      await page.route('**/webrtc/calls**', (route) =>
        route.fulfill({ status, headers: { 'retry-after': '8' }, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
      );
    };
  const unreachable = async (page: Page): Promise<void> => {
    await page.route('**/webrtc/calls**', (route) => route.abort());
  };
  const noMicrophone =
    (name: string) =>
    async (page: Page): Promise<void> => {
      await page.evaluate(`navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '${name}'); }`);
    };
  test.each<[code: string, trouble: (page: Page) => Promise<void>]>([
    ['MICROPHONE_REFUSED', noMicrophone('NotAllowedError')],
    ['MICROPHONE_MISSING', noMicrophone('NotFoundError')],
    ['MICROPHONE_BUSY', noMicrophone('NotReadableError')],
    ['TOO_MANY_CALLS', refused(503, 'TOO_MANY_CALLS')],
    ['TOO_MANY_OFFERS', refused(429, 'TOO_MANY_OFFERS')],
    ['NOT_READY', refused(503, 'NOT_READY')],
    ['UNKNOWN_PERSONA', refused(404, 'NO_SUCH_PERSONA')],
    ['SERVER_UNREACHABLE', unreachable],
  ])('failure %s', async (code, trouble) => {
    const { page } = await readyPage();
    await trouble(page);
    await page.click('#call');
    await page.locator(`.notice.trouble[data-code="${code}"]`).waitFor();
    await expectAccessible(page, code.toLowerCase().replaceAll('_', '-'), TWO_LOOKS);
  });

  test('a server that is not ready, not all there, or gone', async () => {
    const starting = {
      status: 'starting',
      services: [
        { name: 'stt', state: 'starting' },
        { name: 'tts', state: 'ready' },
      ],
    };
    const degraded = { status: 'degraded', services: [{ name: 'llm', state: 'restarting', reason: 'signal SIGKILL' }] };
    for (const [state, title, health] of [
      ['starting', 'The bot is starting', starting],
      ['degraded', 'Not everything is running', degraded],
      ['gone', 'The server does not answer', undefined],
    ] as const) {
      const page = await context.newPage();
      await page.route('**/health', (route) => (health === undefined ? route.abort() : route.fulfill({ status: 503, json: health })));
      await page.goto(app.httpUrl);
      await page.getByText(title).waitFor();
      await expectAccessible(page, state, TWO_LOOKS);
      await page.close();
    }
  });

  test('a page that may not use the microphone for want of https', async () => {
    const page = await context.newPage();
    await page.addInitScript('Object.defineProperty(globalThis, "isSecureContext", { value: false })');
    await page.goto(app.httpUrl);
    await page.locator('[data-code="INSECURE_CONTEXT"]').waitFor();
    await expectAccessible(page, 'insecure-context', TWO_LOOKS);
  });

  test('the element in the page of another site', async () => {
    const shop = await openShop({ port: inject('shopPort'), parleyUrl: app.httpUrl });
    try {
      const call = await CallPage.open(context, shop.origin);
      const { page } = call;
      await page.getByRole('button', { name: 'Call', exact: true }).waitFor();
      await expectAccessible(page, 'shop-idle', TWO_LOOKS);
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await page.locator('voice-call .captions .bot').first().waitFor();
      await expectAccessible(page, 'shop-call', TWO_LOOKS);
      await page.getByRole('button', { name: 'Hang up', exact: true }).click();
      await page.getByText('You hung up').waitFor();
      await unreachable(page);
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await page.locator('voice-call .failure').waitFor();
      await expectAccessible(page, 'shop-failure', TWO_LOOKS);
    } finally {
      await shop.close();
    }
  });
});

test('a whole call by keyboard, read out as it goes', async () => {
  const call = await readyPage();
  const { page } = call;
  const focused = async (): Promise<string> => await page.evaluate<string>('document.activeElement.id || document.activeElement.className');
  const tabTo = async (id: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
    const passed: string[] = [];
    while ((await focused()) !== id && passed.length < 8) {
      await page.keyboard.press(key);
      passed.push(await focused());
    }
    expect(await focused(), passed.join(', ')).toBe(id);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), `the focus of ${id} can be seen`).toBe('solid');
  };
  await tabTo('call');
  await page.keyboard.press('Enter');
  await call.waitForState('Listening');
  expect(await focused()).toBe('call');
  expect(await page.locator('#call').textContent()).toContain('Hang up');
  const live = page.locator('#live');
  expect(await live.getAttribute('aria-live')).toBe('polite');
  await call.say('What time is breakfast?');
  await live.getByText(/^You: .*breakfast/i).waitFor({ state: 'attached', timeout: 15_000 });
  await live.getByText(`Bot: ${answerAbout(/breakfast/).slice(0, 20)}`).waitFor({ state: 'attached', timeout: 20_000 });
  await tabTo('mute', 'Shift+Tab');
  await page.keyboard.press('Space');
  await page.locator('#mute[aria-pressed="true"]').waitFor();
  await live.getByText('Muted.', { exact: true }).waitFor({ state: 'attached' });
  await tabTo('keypad-toggle');
  await page.keyboard.press('Enter');
  await page.locator('.key:focus').waitFor();
  await page.keyboard.press('Enter'); // the key 1, which has the focus
  await page.locator('.digits kbd', { hasText: '1' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#keypad-toggle:focus').waitFor();
  await tabTo('call', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await call.waitForState('Call ended');
  await live.getByText('You hung up.').waitFor({ state: 'attached' });
  expect(await focused()).toBe('call');
});
