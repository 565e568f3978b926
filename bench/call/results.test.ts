import { expect, test } from 'vitest';
import { summarise } from './results.ts';
import { addRecord, emptyRow } from './row.ts';
import type { RecordedTurn } from './io/app-records.ts';

const turn = (turnId: number, callerText: string, stages = {}): RecordedTurn => ({
  turnId,
  source: 'knowledge',
  outcome: 'completed',
  callerText,
  botText: `b${turnId}`,
  heardText: '',
  stages,
});

test('turns that were cut off or not answered are counted and left out of the latency', () => {
  const good = { ...emptyRow('a.wav', 1, 'nothing', undefined), firstSoundMs: 400, stages: { vadStopMs: 200 } };
  const cut = { ...emptyRow('b.wav', 1, 'nothing', undefined), cutOff: true };
  const mute = { ...emptyRow('c.wav', 1, 'nothing', undefined), unanswered: true };
  const results = summarise([good, cut, mute], { setupMs: [10], staleTurnPackets: 0 });
  expect(results).toMatchObject({ turns: 3, cutOffs: 1, unanswered: 1, wordErrorRate: null });
  expect(results.firstSoundMs).toMatchObject({ n: 1, p50: 400 });
  expect(results.stagesMs).toMatchObject({ vadStopMs: { n: 1, p50: 200 } });
});

test('word errors over all turns with a text', () => {
  const row = emptyRow('a.wav', 1, 'nothing', 'is breakfast included');
  addRecord(row, [turn(1, 'is breakfast'), turn(2, 'included')]);
  const other = emptyRow('b.wav', 1, 'nothing', 'two people');
  addRecord(other, [turn(3, 'two purple')]);
  expect(summarise([row, other], { setupMs: [], staleTurnPackets: 0 })).toMatchObject({ words: 5, wordErrorRate: 0.2 });
});

test('of a turn that was talked over only the first answer is its own', () => {
  const row = emptyRow('a.wav', 1, 'interruption', 'where is the pool');
  addRecord(row, [turn(4, 'where is the pool'), turn(5, 'stop')]);
  expect(row.understood).toBe('where is the pool');
});

test('interruptions and backchannels', () => {
  const taken = { ...emptyRow('a.wav', 1, 'interruption', undefined), interruptionTaken: true, bargeInStopMs: 180, packetsAfterStop: 2 };
  const resumed = { ...emptyRow('b.wav', 1, 'backchannel', undefined), backchannelResumed: true };
  const missed = emptyRow('c.wav', 1, 'backchannel', undefined);
  expect(summarise([taken, resumed, missed], { setupMs: [], staleTurnPackets: 1 })).toMatchObject({
    interruptions: 1,
    interruptionsTaken: 1,
    backchannels: 1,
    backchannelsResumed: 1,
    staleTurnPackets: 1,
    packetsOverCaller: 2,
  });
});
