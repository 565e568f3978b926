import { describe, expect, it } from 'vitest';
import { Trickler } from './trickler.ts';

const ICE = { ufrag: 'u', pwd: 'p', mid: '0', mediaLine: 'm=audio 9 x 0' };

/** A server whose answers are given by hand. */
function setUp(): { trickler: Trickler; sent: string[][]; answer: (fault?: Error) => Promise<void> } {
  const sent: string[][] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const trickler = new Trickler((fragment) => {
    sent.push(fragment.split('\r\n').filter((line) => /candidate/.test(line)));
    const answered = Promise.withResolvers<void>();
    waiting.push(answered);
    return answered.promise;
  });
  const answer = async (fault?: Error): Promise<void> => {
    if (fault === undefined) waiting.shift()?.resolve();
    else waiting.shift()?.reject(fault);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { trickler, sent, answer };
}

describe('trickling', () => {
  it('waits for the call, then sends what came meanwhile in one piece', async () => {
    const { trickler, sent, answer } = setUp();
    trickler.begin(ICE);
    trickler.add('candidate:1');
    trickler.add('candidate:2');
    expect(sent).toEqual([]);
    trickler.release();
    trickler.add('candidate:3');
    trickler.add(null);
    await answer();
    expect(sent).toEqual([
      ['a=candidate:1', 'a=candidate:2'],
      ['a=candidate:3', 'a=end-of-candidates'],
    ]);
    await answer();
    expect(sent).toHaveLength(2);
  });

  it('goes on after a request that failed', async () => {
    const { trickler, sent, answer } = setUp();
    trickler.begin(ICE);
    trickler.release();
    trickler.add('candidate:1');
    trickler.add('candidate:2');
    await answer(new Error('offline'));
    expect(sent).toEqual([['a=candidate:1'], ['a=candidate:2']]);
  });

  it('forgets the candidates of a session that is over', async () => {
    const { trickler, sent, answer } = setUp();
    trickler.begin(ICE);
    trickler.add('candidate:1');
    trickler.begin({ ...ICE, ufrag: 'v' });
    trickler.add('candidate:2');
    expect(trickler.take()).toEqual({ candidates: ['candidate:2'], isLast: false });
    trickler.release();
    trickler.add('');
    await answer();
    expect(sent).toEqual([['a=end-of-candidates']]);
  });

  it('keeps 64 at the most', () => {
    const { trickler } = setUp();
    trickler.begin(ICE);
    for (let index = 0; index < 1_000; index += 1) trickler.add(`candidate:${index}`);
    expect(trickler.take().candidates).toHaveLength(64);
  });
});
