import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { transcribe } from '#bench/call/io/speech-services';
import { services } from './shared-app.ts';
import { speech } from './caller-speech.ts';

/** What `page/call-probe.ts` puts into the page. */
interface ProbedPage {
  readonly callProbe: {
    say(pcmBase64: string, rateHz: number): Promise<void>;
    record(): void;
    recorded(): string;
  };
}

/** Needed by every page, and the same for all. */
export const PROBE_SCRIPT = stripTypeScriptTypes(readFileSync(new URL('../browser/page/call-probe.ts', import.meta.url), 'utf8'));

/** The page of the app, or one that embeds it, as a person uses it: buttons, words on the screen, a voice. */
export class CallPage {
  readonly page: Page;
  /** What the browser's console said that was no mere information. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      const isOurs = !message.text().startsWith('The ScriptProcessorNode is deprecated'); // the probe's own
      if (isOurs && (message.type() === 'error' || message.type() === 'warning')) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** `microphone: 'device'`: what the browser was started with; `voice`: what `say` is given. */
  static async open(browser: Browser | BrowserContext, url: string, microphone: 'device' | 'voice' = 'voice'): Promise<CallPage> {
    const page = await browser.newPage();
    await page.addInitScript({ content: PROBE_SCRIPT });
    const opened = new CallPage(page);
    await page.goto(microphone === 'device' ? `${url}#real-microphone` : url);
    return opened;
  }

  /** Presses Call, and waits until the bot has greeted. */
  async call(persona?: string): Promise<void> {
    if (persona !== undefined) await this.page.selectOption('#persona', persona);
    await this.page.click('#call');
    await this.page.locator('.entry.bot').first().waitFor({ timeout: 20_000 });
  }

  async callAndHearGreeting(persona?: string): Promise<void> {
    await this.call(persona);
    await this.waitForState('Listening');
  }

  async hangUp(): Promise<void> {
    await this.page.getByRole('button', { name: 'Hang up' }).click();
    await this.waitForState('Call ended');
  }

  /** What the bot is doing, in words. */
  async waitForState(word: string, withinMs = 30_000): Promise<void> {
    await this.page.locator('#state', { hasText: word }).waitFor({ timeout: withinMs });
  }

  /** Speaks; resolves when the last word is out. */
  async say(text: string): Promise<void> {
    const pcm = await speech(text);
    const base64 = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
    await this.page.evaluate(([data]) => (globalThis as unknown as ProbedPage).callProbe.say(data as string, 8000), [base64]);
  }

  /** From now on the bot's voice is kept. */
  async record(): Promise<void> {
    await this.page.evaluate(() => (globalThis as unknown as ProbedPage).callProbe.record());
  }

  /** What a listener would write down, of at most the last 25 s. */
  async heardText(): Promise<string> {
    const bytes = Buffer.from(await this.page.evaluate(() => (globalThis as unknown as ProbedPage).callProbe.recorded()), 'base64');
    const pcm = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength - (bytes.byteLength % 2)));
    return await transcribe(services, { sampleRateHz: 16_000, pcm: pcm.subarray(Math.max(0, pcm.length - 25 * 16_000)) });
  }

  /** Everything that the caller has said so far, as the page shows it. */
  async callerTexts(): Promise<string[]> {
    return await this.page.locator('.entry.caller.final .said, .entry.caller.typed .said').allTextContents();
  }

  /** The id of the call, from the page's own record. */
  async close(): Promise<void> {
    await this.page.close();
  }
}
