import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { type AppAddress, freeTcpPort, startApp } from './app-under-test.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly app: AppAddress;
    /** Pages of `http://localhost:` and this port may call, too. */
    readonly shopPort: number;
  }
}

/** One app for all files, with its own services. It has to end with code 0 when it is told to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const startedAtMs = performance.now();
  const shopPort = await freeTcpPort();
  const app = await startApp({
    set: [
      'limits.calls=8', // low enough to be filled
      'limits.kept.webrtc=0',
      'limits.kept.websocket=0', // by telephones alone
      'sip.ringMs=150', // so that there is a ringing call to cancel
      'media.timeoutMs=60000', // later than the 32 s after which a missing ACK ends a call
      'log.level=info',
      'services.supervision.backoffMs=200',
      'webrtc.offersPerMinute=600', // all tests call from one address
      `webrtc.origins=["http://localhost:${shopPort}"]`,
    ],
  });
  process.stderr.write(`e2e: ${app.readyLine} after ${Math.round((performance.now() - startedAtMs) / 100) / 10} s\n`);
  const { pid, sipPort, httpUrl, token, sttUrl, ttsUrl, llmUrl, servicesKey, dataDir, readyLine } = app;
  project.provide('shopPort', shopPort);
  project.provide('app', { pid, sipPort, httpUrl, token, sttUrl, ttsUrl, llmUrl, servicesKey, dataDir, readyLine });
  return async () => {
    const code = await app.stop();
    await rm(`${dataDir}-speech`, { recursive: true, force: true });
    if (process.env['E2E_LOG']) process.stderr.write(app.output());
    if (code !== 0) throw new Error(`the app ended with ${code} after SIGTERM:\n${app.output().slice(-4000)}`);
  };
}
