import { existsSync } from 'node:fs';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { PROBE_SCRIPT } from './call-page.ts';
import { speech } from './caller-speech.ts';
import { until } from './shared-app.ts';

/** Debian's name for it, and everybody else's. */
const PATHS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Whoever is asked says yes, there is a microphone, sound may play, and calls to this machine itself are possible. */
const PREFERENCES = {
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

/** Driven by WebDriver BiDi; `env` as of a `SoundCard`. */
export async function launchFirefox(env: Readonly<Record<string, string>>): Promise<Browser> {
  const executablePath = PATHS.find((candidate) => existsSync(candidate));
  if (executablePath === undefined) throw new Error(`no Firefox is here (looked at ${PATHS.join(', ')}); npm test installs it on Debian`);
  return await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    env: { ...process.env, ...env },
    extraPrefsFirefox: PREFERENCES,
  });
}

/** What `page/call-probe.ts` puts into the page, as far as it is used here. */
interface ProbedPage {
  readonly callProbe: { say(pcmBase64: string, rateHz: number): Promise<void> };
}

/** The page of the app in Firefox; what `CallPage` is to Chromium. */
export class FirefoxPage {
  readonly page: Page;
  /** What the page's scripts complained of. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  static async open(browser: Browser, url: string): Promise<FirefoxPage> {
    const page = await browser.newPage();
    const opened = new FirefoxPage(page);
    await page.evaluateOnNewDocument(PROBE_SCRIPT);
    await page.goto(url);
    await page.waitForSelector('#call:not([disabled])');
    return opened;
  }

  /** Presses Call, and waits until the bot has greeted. */
  async callAndHearGreeting(persona: string): Promise<void> {
    await this.page.select('#persona', persona);
    await this.page.click('#call');
    await this.waitForState('Speaking');
    await this.waitForState('Listening');
  }

  async hangUp(): Promise<void> {
    await this.page.locator('::-p-aria(Hang up)').click();
    await this.waitForState('Call ended');
  }

  async waitForState(word: string, withinMs = 30_000): Promise<void> {
    await until(`the state ${word}`, withinMs, async () => (await this.texts('#state'))[0]?.includes(word));
  }

  async say(text: string): Promise<void> {
    const pcm = await speech(text);
    const base64 = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
    await this.page.evaluate((data) => (globalThis as unknown as ProbedPage).callProbe.say(data, 8000), base64);
  }

  async texts(selector: string): Promise<string[]> {
    return await this.page.$$eval(selector, (elements) => elements.map((element) => element.textContent));
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
