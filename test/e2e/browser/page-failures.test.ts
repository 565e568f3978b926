import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '#callers/io/caller';
import { answerAbout, app, health, likeness, until, uri } from '../support/shared-app.ts';
import { CallPage } from '../support/call-page.ts';
import { launchChromium, type ChromiumOptions } from '../support/chromium.ts';
import { madeOffer, posted, refusal } from '../support/offers.ts';
import { endedRecord, newestRecord } from '../support/web-calls.ts';

const open: { close(): Promise<void> }[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  await until('all calls to be over', 20_000, async () => (await health()).calls === 0);
});

async function openPage(url = app.httpUrl, options?: ChromiumOptions): Promise<CallPage> {
  const own = options === undefined ? browser : await launchChromium(options);
  if (own !== browser) open.push(own);
  const call = await CallPage.open(own, url);
  open.push(call);
  return call;
}

/** Presses Call and waits for the notice of trouble. */
async function callInVain({ page }: CallPage, code: string): Promise<Locator> {
  await page.click('#call');
  const notice = page.locator(`.notice.trouble[data-code="${code}"]`);
  await notice.waitFor({ timeout: 15_000 });
  return notice;
}

async function answers(call: CallPage, question: string, about: RegExp, withinMs = 20_000): Promise<void> {
  await call.say(question);
  await until(
    `an answer to "${question}"`,
    withinMs,
    async () => likeness(answerAbout(about), (await call.page.locator('.entry.bot .said').last().textContent()) ?? '') > 0.7,
  );
}

describe('no call, in plain words and with what to do', () => {
  test('the microphone is refused', async () => {
    const before = await newestRecord();
    const call = await openPage(app.httpUrl, { microphone: 'refuse' });
    const notice = await callInVain(call, 'MICROPHONE_REFUSED');
    expect(await notice.getByRole('alert').textContent()).toMatch(/may not use the microphone[\s\S]*Allow it/);
    await call.waitForState('No call');
    await notice.getByRole('button', { name: 'Put this notice away' }).click();
    await notice.waitFor({ state: 'detached' });
    await call.page.getByText('Press Call again to try once more.').waitFor();
    expect(await call.page.locator('#call:focus').count()).toBe(1);
    expect(await newestRecord()).toEqual(before);
  });

  test('there is no microphone', async () => {
    const before = await newestRecord();
    const notice = await callInVain(await openPage(app.httpUrl, { microphone: 'none' }), 'MICROPHONE_MISSING');
    expect(await notice.getByRole('alert').textContent()).toMatch(/No microphone was found[\s\S]*Plug one in/);
    expect(await newestRecord()).toEqual(before);
  });

  test('the page came by plain http from another machine', async () => {
    const address = new URL(app.httpUrl);
    const call = await openPage(`http://bot.example:${address.port}`, { flags: ['--host-resolver-rules=MAP bot.example 127.0.0.1'] });
    const notice = call.page.locator('.notice.trouble[data-code="INSECURE_CONTEXT"]');
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/plain http[\s\S]*--lan/);
    expect(await call.page.locator('#call').getAttribute('aria-disabled')).toBe('true');
    await call.page.click('#call', { force: true });
    await call.waitForState('Not ready');
  });

  test('all lines are taken: when to call again, and then it works', async () => {
    const call = await openPage();
    await call.page.locator('#call[aria-disabled="false"]').waitFor();
    // Telephones, as calls of browsers that never connect take no line.
    const taken = await Promise.all(Array.from({ length: 8 }, () => Caller.dial(uri('echo'))));
    open.push(...taken.map((caller) => ({ close: async () => void (await caller.hangUp()) })));
    await until('all lines to be taken', 5_000, async () => (await health()).calls === 8);
    const notice = await callInVain(call, 'TOO_MANY_CALLS');
    expect(await notice.getByRole('alert').textContent()).toContain('All lines are taken');
    expect(await notice.locator('#countdown').textContent()).toMatch(/call again in (10|[1-9]) seconds/);
    expect(await call.page.locator('#call').getAttribute('aria-disabled')).toBe('true');
    await Promise.all(taken.map((caller) => caller.hangUp()));
    await notice.waitFor({ state: 'detached', timeout: 12_000 });
    await call.callAndHearGreeting('bot');
    await call.hangUp();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup' });
  });
});

describe('trouble in a call', () => {
  /** One after the other they would take 40 s, most of it patience. */
  test('no sound comes through', async () => {
    const blocked = await launchChromium({ flags: ['--webrtc-ip-handling-policy=disable_non_proxied_udp'] });
    open.push(blocked);
    await Promise.all([silentMicrophone(await openPage()), withoutUdp(await CallPage.open(blocked, app.httpUrl))]);
  });

  async function silentMicrophone(call: CallPage): Promise<void> {
    await call.call('bot');
    const notice = call.page.locator('.notice.trouble[data-code="MICROPHONE_SILENT"]');
    await notice.waitFor({ timeout: 20_000 });
    await answers(call, 'What time is breakfast?', /breakfast/);
    await notice.waitFor({ state: 'detached', timeout: 1000 });
    await call.hangUp();
  }

  async function withoutUdp(call: CallPage): Promise<void> {
    await call.page.selectOption('#transport', 'webrtc');
    await call.page.click('#call');
    const notice = call.page.locator('.notice.trouble');
    await notice.waitFor({ timeout: 25_000 });
    expect(await notice.getAttribute('data-code')).toBe('MEDIA_UNREACHABLE');
    expect(await notice.textContent()).toMatch(/firewall/i);
    await call.waitForState('No call');
  }

  test('speech recognition dies: the caller is told, or misses nothing, and the call goes on', async () => {
    const call = await openPage();
    await call.callAndHearGreeting('bot');
    const pid = (await health()).services.find(({ name }) => name === 'stt')?.pid;
    expect(pid).toBeGreaterThan(1);
    process.kill(pid as number, 'SIGKILL');
    await call.say('What time is breakfast?');
    // Or, where it is back before the caller has finished, answered: nothing was lost then.
    await call.page
      .locator('.entry.note.trouble, .entry.bot .aside:has-text("apology"), .entry.bot:has-text("in the dining room")')
      .first()
      .waitFor({ timeout: 10_000 });
    await until('all services to be ready', 60_000, async () => (await health()).services.every(({ state }) => state === 'ready'));
    await call.waitForState('Listening');
    await answers(call, 'Do you have parking?', /parking/);
    await call.hangUp();
    const record = await endedRecord();
    const wasUnderstood = record.turns.some(({ callerText }) => callerText.toLowerCase().includes('breakfast'));
    expect(wasUnderstood || record.faults?.some(({ service }) => service === 'stt')).toBe(true);
  });

  test('what strangers send disturbs nobody', async () => {
    const call = await openPage();
    const offer = await madeOffer(call.page);
    await call.callAndHearGreeting('bot');
    const sdpfrag = { 'content-type': 'application/trickle-ice-sdpfrag' };
    const calls = `${app.httpUrl}/webrtc/calls`;
    const bad: readonly [what: string, status: number, code: string, request: [string, RequestInit]][] = [
      ['over 64 kB', 413, 'OFFER_TOO_LARGE', posted(app.httpUrl, offer + `a=x:${'x'.repeat(1000)}\r\n`.repeat(65))],
      ['garbage', 400, 'BAD_OFFER', posted(app.httpUrl, '\u0000\u0001 garbage ��')],
      ['nothing', 400, 'BAD_OFFER', posted(app.httpUrl, '')],
      ['half an offer', 400, 'BAD_OFFER', posted(app.httpUrl, offer.slice(0, offer.indexOf('a=fingerprint')))],
      ['unknown persona', 404, 'NO_SUCH_PERSONA', posted(app.httpUrl, offer, { persona: 'nobody-of-that-name' })],
      ['foreign origin', 403, 'ORIGIN_NOT_ALLOWED', posted(app.httpUrl, offer, { headers: { origin: 'https://stranger.example' } })],
      ['another type', 415, 'OFFER_TYPE', posted(app.httpUrl, offer, { headers: { 'content-type': 'application/json' } })],
      ['another method', 405, 'METHOD_NOT_ALLOWED', [calls, { method: 'PUT', body: offer }]],
      [
        'a change to no call',
        404,
        'NO_SUCH_CALL',
        [
          `${calls}/guessed`,
          {
            method: 'PATCH',
            headers: { ...sdpfrag, 'if-match': '"*"' },
            body: 'a=ice-ufrag:abcd\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\n',
          },
        ],
      ],
      ['the end of no call', 404, 'NO_SUCH_CALL', [`${calls}/guessed`, { method: 'DELETE' }]],
    ];
    for (const [what, status, code, request] of bad) expect(await refusal(...request), what).toMatchObject({ status, code });
    await answers(call, 'What time is breakfast?', /breakfast/);
    await call.hangUp();
    expect(await endedRecord()).toMatchObject({ endReason: 'caller/hangup' });
  });
});
