import { createServer, type Server } from 'node:http';
import { readFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { buildScriptedPage } from './build.ts';
import { PAGE_STATES } from './states.ts';

export interface Look {
  readonly state: string;
  readonly theme: 'light' | 'dark';
  readonly widthPx: number;
  readonly file: string;
  /** What axe found, one line each. */
  readonly violations: readonly string[];
  /** Errors of the page itself, among them reports of the Content-Security-Policy. */
  readonly faults: readonly string[];
  /** The page is wider than the window. */
  readonly overflows: boolean;
}

/** Opens the page in each of its states, both themes and both widths: takes a picture, asks axe, listens for errors. */
export async function lookAtPage(options: {
  readonly outDir: string;
  readonly chromium: string;
  readonly states?: readonly string[];
  readonly widthsPx?: readonly number[];
}): Promise<readonly Look[]> {
  await mkdir(options.outDir, { recursive: true });
  const dist = await mkdtemp(join(tmpdir(), 'parley-page-'));
  await buildScriptedPage(dist);
  const server = await serve(dist);
  const browser = await chromium.launch({
    executablePath: options.chromium,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const looks: Look[] = [];
    for (const state of options.states ?? Object.keys(PAGE_STATES)) {
      for (const theme of ['light', 'dark'] as const) {
        for (const widthPx of options.widthsPx ?? WIDTHS_PX)
          looks.push(await look(browser, server, { state, theme, widthPx, outDir: options.outDir }));
      }
    }
    return looks;
  } finally {
    await browser.close();
    server.close();
    await rm(dist, { recursive: true, force: true });
  }
}

async function look(
  browser: Browser,
  server: Server,
  { state, theme, widthPx, outDir }: { state: string; theme: 'light' | 'dark'; widthPx: number; outDir: string },
): Promise<Look> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width: widthPx, height: widthPx < 600 ? 780 : 900 },
    reducedMotion: 'reduce',
    deviceScaleFactor: 1,
  });
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => (message.type() === 'error' ? faults.push(message.text()) : undefined));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?state=${state}`);
    await page.waitForSelector('html[data-ready]', { timeout: 15_000 });
    if (await page.$('#picture')) await page.waitForSelector('#picture svg', { timeout: 15_000 });
    const file = join(outDir, `${state}-${theme}-${widthPx}.png`);
    await page.screenshot({ path: file, fullPage: true });
    return {
      state,
      theme,
      widthPx,
      file,
      violations: await askAxe(page),
      faults,
      overflows: await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    };
  } finally {
    await context.close();
  }
}

/** axe is run by the debugger's hand, so that the page's own policy against foreign scripts stays in force. */
async function askAxe(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const result = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
    return {
      violations: result.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${(failureSummary ?? '').replaceAll('\n', ' ')})`).join('; ')}`,
      ),
    };
  });
  return violations;
}

/** Serves what was built, with the policy that the page has to live with. */
function serve(dir: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    readFile(join(dir, path.endsWith('/') ? `${path}index.html` : path)).then(
      (body) => {
        response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html; charset=utf-8', 'content-security-policy': POLICY });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
/** A desk and a telephone. */
const WIDTHS_PX = [1280, 360];
