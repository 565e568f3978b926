import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pause } from '#callers/io/caller';
import { answerAbout, app, bot, health, likeness, until } from '../support/shared-app.ts';
import { speechFile } from '../support/caller-speech.ts';
import { CallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { endedRecord, newestRecord } from '../support/web-calls.ts';

let browser: Browser;
let call: CallPage;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  await call.close();
  await until('all calls to be over', 20_000, async () => (await health()).calls === 0);
});

async function openPage(): Promise<CallPage> {
  call = await CallPage.open(browser, app.httpUrl);
  return call;
}

describe('a call from the page', () => {
  test('greets, answers in a voice that can be understood, and shows what was said', async () => {
    const { page } = await openPage();
    await call.call('bot');
    await call.record();
    await call.waitForState('Listening');
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    const answer = answerAbout(/breakfast/);
    const heard = await call.heardText();
    expect(likeness(answer, heard), heard).toBeGreaterThan(0.65);
    expect(likeness('What time is breakfast?', (await call.callerTexts()).at(-1) ?? '')).toBeGreaterThan(0.7);
    expect(likeness(bot.greeting, (await page.locator('.entry.bot .said').first().textContent()) ?? '')).toBeGreaterThan(0.9);
    expect(likeness(answer, (await page.locator('.entry.bot.completed .said').last().textContent()) ?? '')).toBeGreaterThan(0.9);
    expect(await page.locator('.stage-bar').count()).toBeGreaterThan(0);
    expect(await page.locator('#p50').textContent()).toMatch(/\d/);
    await call.hangUp();
    const record = await endedRecord();
    expect(record).toMatchObject({ persona: 'bot', endReason: 'caller/hangup', facts: { kind: 'webrtc', toUser: 'bot' } });
    expect(record.turns.at(-1)).toMatchObject({ source: 'knowledge', outcome: 'completed' });
    expect(record.stats).toMatchObject({ staleTurnPackets: 0 });
    expect(call.complaints).toEqual([]);
  });

  test('works with what the browser takes for a microphone', async () => {
    const own = await launchChromium({ microphoneFile: await speechFile('What time is breakfast?', undefined, 6000) });
    try {
      call = await CallPage.open(own, app.httpUrl, 'device');
      await call.call('bot');
      await until('the question to be understood', 20_000, async () => (await call.callerTexts()).some((text) => /breakfast/i.test(text)));
      await call.hangUp();
    } finally {
      await own.close();
    }
  });

  test('stops when it is interrupted, and strikes out what nobody heard', async () => {
    const { page } = await openPage();
    await call.callAndHearGreeting('bot');
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await pause(1200);
    await call.say('Do you have parking?');
    await page.locator('.entry.bot.interrupted del').waitFor({ timeout: 15_000 });
    await until(
      'the second answer',
      20_000,
      async () => likeness(answerAbout(/parking/), (await page.locator('.entry.bot .said').last().textContent()) ?? '') > 0.7,
    );
    await call.hangUp();
    expect((await endedRecord()).turns.map((turn) => turn.outcome)).toContain('interrupted');
  });

  test('hears nothing while it is muted, and takes keys and typed words', async () => {
    const { page } = await openPage();
    await call.callAndHearGreeting('bot');
    await page.getByRole('button', { name: 'Mute' }).click();
    await call.say('What time is breakfast?');
    await pause(1500);
    expect(await call.callerTexts()).toEqual([]);
    await page.getByRole('button', { name: 'Mute' }).click();
    await page.getByRole('button', { name: 'Keypad' }).click();
    await page.locator('[data-digit="4"]').click();
    await page.keyboard.press('2');
    await until('both keys', 5000, async () => (await newestRecord())?.dtmf === '42');
    await page.keyboard.press('Escape');
    await page.fill('#typed', 'Do you have parking?');
    await page.keyboard.press('Enter');
    await until(
      'an answer to what was typed',
      20_000,
      async () => likeness(answerAbout(/parking/), (await page.locator('.entry.bot .said').last().textContent()) ?? '') > 0.7,
    );
    await call.hangUp();
  });

  test('leaves a picture and a record to take away', async () => {
    const { page } = await openPage();
    await call.callAndHearGreeting('bot');
    await call.hangUp();
    await page.locator('#picture svg').first().waitFor();
    const [svg] = await Promise.all([page.waitForEvent('download'), page.click('#download-svg')]);
    expect(await readFile(await svg.path(), 'utf8')).toMatch(/<svg[\s\S]*<\/svg>/);
    const [json] = await Promise.all([page.waitForEvent('download'), page.click('#download-json')]);
    const taken = JSON.parse(await readFile(await json.path(), 'utf8')) as { messages: { kind: string }[] };
    expect(JSON.stringify(taken)).toContain('turn-closed');
  });

  test('goes on after the network has changed', async () => {
    const { page } = await openPage();
    await call.callAndHearGreeting('bot');
    const restarted = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.status() === 200);
    await page.evaluate('dispatchEvent(new Event("online"))');
    await restarted;
    await pause(1000);
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    await call.hangUp();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup' });
  });

  test('ends when the page is reloaded', async () => {
    const { page } = await openPage();
    await call.callAndHearGreeting('bot');
    await page.reload();
    expect(await endedRecord(5000)).toMatchObject({ endReason: 'caller/hangup' });
  });

  test('ends with its reason when the browser vanishes', async () => {
    const doomed = await launchChromium();
    call = await CallPage.open(doomed, app.httpUrl);
    await call.callAndHearGreeting('bot');
    const session = await doomed.newBrowserCDPSession();
    await session.send('Browser.crash').catch(() => undefined); // it cannot answer any more
    expect(await endedRecord(25_000)).toMatchObject({ endReason: 'network/peer-gone' });
    await doomed.close().catch(() => undefined);
  });

  test('works over the WebSocket, too', async () => {
    const { page } = await openPage();
    await page.selectOption('#transport', 'websocket');
    await call.callAndHearGreeting('bot');
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    expect(
      likeness(answerAbout(/breakfast/), (await page.locator('.entry.bot.completed .said').last().textContent()) ?? ''),
    ).toBeGreaterThan(0.9);
    await call.hangUp();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup', facts: { kind: 'websocket' } });
  });
});
