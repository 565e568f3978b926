import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly widthPx: number;
}

/** A desk and a telephone, by day and by night. */
export const ALL_LOOKS: readonly Look[] = [
  { theme: 'light', widthPx: 1280 },
  { theme: 'light', widthPx: 360 },
  { theme: 'dark', widthPx: 360 },
  { theme: 'dark', widthPx: 1280 },
];

/** Asks axe about the page as it is now, in each look; keeps a picture of each in the folder `PARLEY_SCREENSHOTS`, if that is set. */
export async function expectAccessible(page: Page, state: string, looks: readonly Look[] = ALL_LOOKS): Promise<void> {
  for (const { theme, widthPx } of looks) {
    const name = `${state}-${theme}-${widthPx}`;
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: widthPx, height: widthPx < 600 ? 780 : 900 });
    const folder = process.env['PARLEY_SCREENSHOTS'];
    if (folder !== undefined && folder !== '') {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    }
    expect.soft(await violations(page), name).toEqual([]);
    expect
      .soft(
        await page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth'),
        `${name} is wider than the window`,
      )
      .toBe(false);
  }
}

/** By the debugger's hand, so that the page's own policy against foreign scripts stays in force. */
async function violations(page: Page): Promise<readonly string[]> {
  if (await page.evaluate<boolean>('globalThis.axe === undefined')) await page.evaluate(axe.source);
  const found = await page.evaluate<axe.Result[]>('axe.run(document).then(({ violations }) => violations)');
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${(failureSummary ?? '').replaceAll('\n', ' ')})`).join('; ')}`,
  );
}
