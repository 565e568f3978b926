import { afterEach, expect, test } from 'vitest';
import { Caller } from '#callers/io/caller';
import { speech } from './support/caller-speech.ts';
import { health, records, until, uri } from './support/shared-app.ts';

const open: Caller[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((caller) => caller.hangUp()));
  await allReady();
});

async function allReady(): Promise<void> {
  await until('all services to be ready', 60_000, async () => (await health()).services.every((service) => service.state === 'ready'));
}

async function kill(name: string): Promise<void> {
  const pid = (await health()).services.find((service) => service.name === name)?.pid;
  expect(pid, `/health names the process of ${name}`).toBeGreaterThan(1);
  process.kill(pid as number, 'SIGKILL');
}

test.each(['stt', 'tts', 'llm'])(
  '%s is killed in mid-call: the caller hears something within 2 s, the call goes on, the service comes back',
  async (name) => {
    const words = await speech('What time is breakfast?');
    const again = await speech('Is there parking?');
    await allReady();
    const caller = await Caller.dial(uri('bot'));
    open.push(caller);
    expect(await caller.hearBot(1000)).toBe(true);
    await kill(name);
    const played = await caller.play(words);
    const lastMs = played.lastSpeechAtMs ?? played.endAtMs;
    const replyMs = await caller.botSpeaks(lastMs, lastMs + HEARD_WITHIN_MS);
    expect(replyMs, 'an answer or an apology, ms after the last word').toBeDefined();
    await caller.botQuiet(1000, performance.now() + 20_000);
    expect(caller.hasEnded, 'the call goes on').toBeUndefined();
    await allReady();
    const second = await caller.play(again);
    const secondMs = second.lastSpeechAtMs ?? second.endAtMs;
    expect(await caller.botSpeaks(secondMs, secondMs + 8000), 'an answer once the service is back').toBeDefined();
    await caller.botQuiet(1000, performance.now() + 20_000);
    const call = await records.waitFor(
      caller.signallingId,
      (record) => record.turns.some((turn) => turn.callerText.toLowerCase().includes('park')),
      5000,
    );
    expect(call?.turns.at(-1)?.callerText.toLowerCase()).toContain('park');
    // Where recognition is back before the caller has finished nothing was lost: then the question was understood.
    const wasUnderstood = call?.turns.some((turn) => turn.callerText.toLowerCase().includes('breakfast')) === true;
    if (name === 'stt') expect(wasUnderstood || call?.faults?.some((fault) => fault.service === 'stt')).toBe(true);
  },
);

/** By then a caller wonders whether the line is dead. What an answer is given at most (`answerWithinMs`), and a packet's way. */
const HEARD_WITHIN_MS = 2000;
