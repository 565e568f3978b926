import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FirefoxPage, launchFirefox } from '../support/firefox.ts';
import { answerAbout, app, bot, health, likeness, until } from '../support/shared-app.ts';
import { startSoundCard, type SoundCard } from '../support/sound-card.ts';
import { endedRecord } from '../support/web-calls.ts';

let soundCard: SoundCard;
let browser: Browser;
let call: FirefoxPage;
beforeAll(async () => {
  soundCard = await startSoundCard();
  browser = await launchFirefox(soundCard.env);
});
afterAll(async () => {
  await browser.close();
  await soundCard.stop();
});
afterEach(async () => {
  await call.close();
  await until('all calls to be over', 20_000, async () => (await health()).calls === 0);
});

describe('Firefox', () => {
  test('calls, hears the greeting, asks, and is answered', async () => {
    call = await FirefoxPage.open(browser, app.httpUrl);
    await call.callAndHearGreeting('bot');
    expect(likeness(bot.greeting, (await call.texts('.entry.bot .said'))[0] ?? '')).toBeGreaterThan(0.9);
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    expect(likeness('What time is breakfast?', (await call.texts('.entry.caller.final .said')).at(-1) ?? '')).toBeGreaterThan(0.7);
    expect(likeness(answerAbout(/breakfast/), (await call.texts('.entry.bot.completed .said')).at(-1) ?? '')).toBeGreaterThan(0.9);
    await call.hangUp();
    const record = await endedRecord();
    expect(record).toMatchObject({ persona: 'bot', endReason: 'caller/hangup', facts: { kind: 'webrtc', toUser: 'bot' } });
    expect(record.turns.at(-1)).toMatchObject({ source: 'knowledge', outcome: 'completed' });
    expect(call.complaints).toEqual([]);
  });

  test('ends its call when the page is reloaded', async () => {
    call = await FirefoxPage.open(browser, app.httpUrl);
    await call.callAndHearGreeting('bot');
    await call.page.reload();
    expect(await endedRecord(5000)).toMatchObject({ endReason: 'caller/hangup' });
  });

  test('calls over the WebSocket, too', async () => {
    call = await FirefoxPage.open(browser, app.httpUrl);
    await call.page.select('#transport', 'websocket');
    await call.callAndHearGreeting('bot');
    await call.say('What time is breakfast?');
    await call.waitForState('Speaking');
    await call.waitForState('Listening');
    expect(likeness(answerAbout(/breakfast/), (await call.texts('.entry.bot.completed .said')).at(-1) ?? '')).toBeGreaterThan(0.9);
    await call.hangUp();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup', facts: { kind: 'websocket' } });
  });
});
