import { afterAll, describe, expect, test } from 'vitest';
import { Caller, pause } from '#callers/io/caller';
import { catalogue, runScenario, type RunOptions, type RunResult } from 'sipp-scenarios';
import { app, health, until, uri } from './support/shared-app.ts';

const target = `127.0.0.1:${app.sipPort}`;
let mediaPort = 26_000;

async function run(options: Omit<RunOptions, 'target' | 'mediaPort'>): Promise<RunResult> {
  mediaPort += 40;
  const result = await runScenario({ target, mediaPort, user: 'echo', rate: 5, holdMs: 1000, ...options });
  expect(result.ok, `${result.name}: ${result.meaning}\n${result.errors}`).toBe(true);
  return result;
}

/** Quick ones that go side by side without filling the app: in pairs. */
const alone = new Set(['too-many-calls', 'silent-caller', 'bye-from-callee', 'never-acked', 'unknown-address']);
const plain = catalogue.filter((entry) => !alone.has(entry.name));

/** Takes 32 s and nothing of the machine: it goes on beside the others. */
const neverAcked = run({ name: 'never-acked' });
neverAcked.catch(() => {});
afterAll(() => neverAcked.catch(() => {}));

describe('SIPp', () => {
  // Raw sockets need root; baresip and the synthetic caller send digits without.
  test.each(plain.filter(({ root }) => !root || process.getuid?.() === 0))('$name: $proves', async ({ name }) => {
    const user = name === 'voice' || name === 'bye-in-mid-sentence' ? 'bot' : 'echo';
    const result = await run({ name, user, calls: 2 });
    expect(result.statistics).toMatchObject({ successful: 2, failed: 0 });
  });

  test('unknown-address: 404', async () => {
    await run({ name: 'unknown-address', user: 'nobody-lives-here' });
  });

  test('bye-from-callee: the callee ends the call', async () => {
    const operator = (async () => {
      const headers = { authorization: `Bearer ${app.token}` };
      const call = await until('the call of SIPp', 10_000, async () => {
        const list = (await (await fetch(`${app.httpUrl}/v1/calls?limit=10`, { headers })).json()) as {
          calls: { callId: string; toUser: string; fromUser: string; endedAt?: string }[];
        };
        return list.calls.find((entry) => entry.fromUser === 'sipp' && entry.toUser === 'bot' && entry.endedAt === undefined);
      });
      await pause(500);
      expect((await fetch(`${app.httpUrl}/v1/calls/${call.callId}`, { method: 'DELETE', headers })).status).toBe(204);
    })();
    await Promise.all([run({ name: 'bye-from-callee', user: 'bot', timeoutS: 25 }), operator]);
  });

  test('never-acked: a call without an ACK is ended after 32 s', async () => {
    expect((await neverAcked).ok).toBe(true);
  });

  test('too-many-calls: a full app says 503 and when to come back', async () => {
    await until('an idle app', 20_000, async () => (await health()).calls === 0);
    const callers = await Promise.all(Array.from({ length: 8 }, () => Caller.dial(uri('echo'))));
    try {
      await run({ name: 'too-many-calls' });
    } finally {
      await Promise.all(callers.map((caller) => caller.hangUp()));
    }
    await until('the places to be free again', 5000, async () => (await health()).calls === 0);
    await run({ name: 'answer-and-bye' });
  });

  test('nothing is left of them', async () => {
    await until('no calls', 10_000, async () => (await health()).calls === 0);
    expect((await health()).calls).toBe(0);
  });
});
