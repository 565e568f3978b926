import { afterEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer } from '../harness/call-harness.ts';

const BREAKFAST = 'Breakfast is from seven to ten in the garden room.';
/** 200 ms of silence and 160 of recognition, and what packets add: a chunk of voice detection (32 ms) and the wait for the next packet (20 ms) at most. */
const FIRST_SOUND_MS = 415;

describe('a caller who asks what the bot knows', () => {
  let call: CallHarness;
  afterEach(async () => {
    await call.finish();
    expect(call.errors).toEqual([]);
    expect(call.leg.staleTurnPackets).toBe(0);
    expect(call.all('turn-closed').map(({ turnId }) => turnId)).toEqual(call.all('turn-opened').map(({ turnId }) => turnId));
  });

  it('is greeted at once and answered word for word half a second after the question', async () => {
    call = new CallHarness().start();
    call.knowledge.answers = [[/breakfast/i, answer('breakfast', BREAKFAST)]];
    const endMs = call.callerSays('What time is breakfast?', { atMs: ms(3_000), probability: 0.98 });
    await call.runUntil(ms(12_000));
    expect(call.leg.phone.heard[0]?.fromMs).toBeLessThanOrEqual(60);
    expect(call.all('turn-closed')[0]).toMatchObject({ source: 'greeting', outcome: 'completed', heardText: 'Hello, how can I help you?' });
    expect(call.answers).toMatchObject([
      {
        source: 'knowledge',
        outcome: 'completed',
        callerText: 'What time is breakfast?',
        heardText: BREAKFAST,
        detail: { entry: 'breakfast', turnEnd: 'question' },
      },
    ]);
    const firstSoundMs = (call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs;
    expect(firstSoundMs).toBeLessThanOrEqual(450);
    // The silence of 200 ms is noticed with its chunk; recognition takes 160 ms, and messages between threads one each way.
    const { vadStopMs = 0, transcriptMs = 0, turnEndMs, firstPacketMs = 0 } = call.answers[0]?.stages ?? {};
    expect(vadStopMs).toBeGreaterThanOrEqual(200);
    expect(vadStopMs).toBeLessThanOrEqual(232);
    expect(transcriptMs - vadStopMs).toBeGreaterThanOrEqual(160);
    expect(transcriptMs - vadStopMs).toBeLessThanOrEqual(162);
    expect(turnEndMs).toBe(transcriptMs);
    // Within a block of voice detection, by which the last sound is known.
    expect(Math.abs(firstPacketMs - firstSoundMs)).toBeLessThanOrEqual(8);
  });

  it('hears the answer as soon as the end of the turn is certain when its audio is ready', async () => {
    call = new CallHarness({ phrases: ({ fault }) => [fault, BREAKFAST] }).start();
    call.knowledge.answers = [[/breakfast/i, answer('breakfast', BREAKFAST)]];
    call.stt.partialEveryMs = ms(150);
    const endMs = call.callerSays('What time is breakfast?', { atMs: ms(3_000) });
    await call.runUntil(ms(12_000));
    expect((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs).toBeLessThanOrEqual(FIRST_SOUND_MS);
    expect(call.answers[0]?.detail).toMatchObject({ speculated: true });
  });
});
