import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { pipelineOptions } from '../options.ts';
import { Interruption, judgeWords, type WordsOverBot } from './interruption.ts';

const options = pipelineOptions.parse({}).bargeIn;

function words(text: string, more: Partial<WordsOverBot> = {}): WordsOverBot {
  return { text, isFinal: true, confidence: 0.9, botText: 'Breakfast is from seven to ten in the garden room', asked: 'nothing', ...more };
}
const judged = (text: string, more: Partial<WordsOverBot> = {}) => judgeWords(words(text, more), options, 0.3);

describe('words over the bot', () => {
  it.each(['stop', 'what about dinner', 'no', 'hello', 'dinner'])('"%s" interrupts', (text) => {
    expect(judged(text)).toEqual({ kind: 'abort', why: 'words' });
  });

  it.each(['mhm', 'Okay.', 'right', 'uh-huh', 'Mm-hmm.', 'yeah, sure', 'thank you'])('"%s" is a nod', (text) => {
    expect(judged(text)).toEqual({ kind: 'resume', why: 'backchannel' });
  });

  it('a "yeah" answers when a yes or no was asked for', () => {
    expect(judged('yeah', { asked: 'yes-no' })).toEqual({ kind: 'abort', why: 'answer' });
  });

  it.each(['from seven to ten', 'seven two ten in the garden', 'garden'])('"%s" is its echo', (text) => {
    expect(judged(text)).toEqual({ kind: 'resume', why: 'echo' });
  });

  it('are not believed without confidence, and nothing is nothing', () => {
    expect(judged('gar blah', { confidence: 0.1 })).toEqual({ kind: 'resume', why: 'unclear' });
    expect(judged(' ')).toEqual({ kind: 'resume', why: 'nothing' });
  });

  it('interrupt early only if they are sure to be real', () => {
    expect(judged('what about', { isFinal: false })).toEqual({ kind: 'abort', why: 'words' });
    expect(judged('stop', { isFinal: false })).toEqual({ kind: 'abort', why: 'words' });
    expect(judged('okay', { isFinal: false })).toEqual({ kind: 'wait' });
    expect(judged('dinner', { isFinal: false })).toEqual({ kind: 'wait' });
    expect(judged('', { isFinal: false })).toEqual({ kind: 'wait' });
  });
});

describe('a paused bot', () => {
  const paused = () => new Interruption(ms(1_000), 3, options, 0.3);

  it('goes on after 0.67 s without words', () => {
    const interruption = paused();
    expect(interruption.wakeAtMs).toBe(1_670);
    expect(interruption.wake(ms(1_670), false)).toEqual({ decision: 'resume', why: 'undecided', decidedMs: 670 });
  });

  it('waits once more while the caller speaks and recognition has said nothing', () => {
    const interruption = paused();
    expect(interruption.wake(ms(1_670), true)).toBeUndefined();
    expect(interruption.wakeAtMs).toBe(2_170);
    expect(interruption.wake(ms(2_170), true)).toMatchObject({ decision: 'resume' });
  });

  it('does not wait once more on a noise that recognition has looked at', () => {
    const interruption = paused();
    interruption.words(ms(1_300), words('', { isFinal: false }));
    expect(interruption.wake(ms(1_670), true)).toMatchObject({ decision: 'resume' });
  });

  it('stops for one word that stood when the time was over', () => {
    const interruption = paused();
    expect(interruption.words(ms(1_300), words('dinner', { isFinal: false }))).toBeUndefined();
    expect(interruption.wake(ms(1_670), true)).toEqual({ decision: 'abort', why: 'words', decidedMs: 670 });
  });

  it('decides as soon as the words tell', () => {
    expect(paused().words(ms(1_350), words('mhm'))).toEqual({ decision: 'resume', why: 'backchannel', decidedMs: 350 });
    expect(paused().nothing(ms(1_400), 'STT_TIMEOUT')).toEqual({ decision: 'resume', why: 'STT_TIMEOUT', decidedMs: 400 });
  });
});
