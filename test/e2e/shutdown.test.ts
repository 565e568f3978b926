import { expect, test } from 'vitest';
import { Caller, CallRefused } from '#callers/io/caller';
import { transcribeLong } from '#bench/call/io/speech-services';
import { startApp } from './support/app-under-test.ts';
import { app, bot, likeness, services } from './support/shared-app.ts';

/** An app of its own, on the services of the shared one. */
const start = () => startApp({ servicesOf: app });

test('the ready line names an address that can be dialled and a page that can be opened', () => {
  expect(app.readyLine).toMatch(
    new RegExp(`^Ready: dial sip:bot@[0-9.]+:${app.sipPort} or open http://localhost:${new URL(app.httpUrl).port}$`),
  );
});

test('SIGTERM: the caller hears a goodbye and a BYE, new calls get 503, the exit code is 0', async () => {
  const own = await start();
  const caller = await Caller.dial(`sip:bot@127.0.0.1:${own.sipPort}`);
  await caller.hearBot(800);
  const fromMs = performance.now();
  const stopped = own.stop();
  await caller.botSpeaks(fromMs, fromMs + 4000);
  const late = await Caller.dial(`sip:bot@127.0.0.1:${own.sipPort}`).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(CallRefused);
  expect((late as CallRefused).status).toBe(503);
  expect(await caller.ended).toMatchObject({ by: 'bot' });
  const heard = await transcribeLong(services, caller.heard(fromMs));
  expect(likeness(bot.shutdown, heard), heard).toBeGreaterThan(0.5);
  await caller.hangUp();
  expect(await stopped).toBe(0);
});

test('a second signal ends it at once', async () => {
  const own = await start();
  const caller = await Caller.dial(`sip:bot@127.0.0.1:${own.sipPort}`);
  await caller.hearBot(800);
  process.kill(own.pid, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 900)); // sooner, both would be one press of Ctrl-C
  const atMs = performance.now();
  process.kill(own.pid, 'SIGINT');
  await own.exited;
  expect(performance.now() - atMs).toBeLessThan(2000);
  await own.stop();
  await caller.hangUp();
});
