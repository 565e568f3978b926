import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { turns } from '../language/english/turns/english.ts';
import { pipelineOptions } from '../options.ts';
import { Interruption, judgeWords, type WordsOverBot } from './interruption.ts';

const options = pipelineOptions.parse({}).bargeIn;

function words(text: string, more: Partial<WordsOverBot> = {}): WordsOverBot {
  return {
    text,
    isFinal: true,
    confidence: 0.9,
    botText: 'Breakfast is from seven to ten in the garden room',
    asked: 'nothing',
    isParting: false,
    speechMs: ms(800),
    ...more,
  };
}
const judged = (text: string, more: Partial<WordsOverBot> = {}) => judgeWords(words(text, more), options, 0.3, turns);

describe('words over the bot', () => {
  it.each(['Bye.', 'Okay, goodbye!', 'thank you, have a nice day'])('"%s" over its goodbye does not stop that', (text) => {
    expect(judged(text, { isParting: true })).toEqual({ kind: 'resume', why: 'goodbye' });
    expect(judged('oh wait, one more thing', { isParting: true })).toEqual({ kind: 'abort', why: 'words' });
  });

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

  describe('of a talkspurt as short as a nod', () => {
    const short = (text: string, more: Partial<WordsOverBot> = {}) => judged(text, { speechMs: ms(400), confidence: 0.5, ...more });

    it.each(['and high.', 'uh high', 'Write.', 'Nah', 'and so high'])('are not believed when recognition is unsure: "%s"', (text) => {
      expect(short(text)).toEqual({ kind: 'resume', why: 'unclear' });
      expect(short(text, { isFinal: false })).toEqual({ kind: 'wait' });
    });

    it.each(['Stop.', 'Wait', 'No', 'Excuse me', 'What?', 'one moment', 'help me', 'not that one'])(
      'are believed all the same when they ask for something: "%s"',
      (text) => {
        expect(short(text)).toEqual({ kind: 'abort', why: 'words' });
      },
    );

    it('are believed when recognition is sure, or when the speech was longer', () => {
      expect(short('dinner menu', { confidence: 0.8 })).toMatchObject({ kind: 'abort' });
      expect(short('dinner menu', { speechMs: ms(700) })).toMatchObject({ kind: 'abort' });
    });
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
  const paused = () => new Interruption(ms(1_000), 3, options, 0.3, turns);

  it('goes on after 0.64 s without words', () => {
    const interruption = paused();
    expect(interruption.wakeAtMs).toBe(1_640);
    expect(interruption.wake(ms(1_640), false)).toEqual({ decision: 'resume', why: 'undecided', decidedMs: 640 });
  });

  it('waits once more while the caller speaks and recognition has said nothing', () => {
    const interruption = paused();
    expect(interruption.wake(ms(1_640), true)).toBeUndefined();
    expect(interruption.wakeAtMs).toBe(2_140);
    expect(interruption.wake(ms(2_140), true)).toMatchObject({ decision: 'resume' });
  });

  it('does not wait once more on a noise that recognition has looked at', () => {
    const interruption = paused();
    interruption.words(ms(1_300), words('', { isFinal: false }));
    expect(interruption.wake(ms(1_640), true)).toMatchObject({ decision: 'resume' });
  });

  it('stops for one word that stands when the time is over and the caller still speaks', () => {
    const interruption = paused();
    expect(interruption.words(ms(1_300), words('dinner', { isFinal: false }))).toBeUndefined();
    expect(interruption.wake(ms(1_640), true)).toBeUndefined();
    expect(interruption.wake(ms(2_140), true)).toEqual({ decision: 'abort', why: 'words', decidedMs: 1_140 });
  });

  it('listens on to who says "thanks" and goes on speaking, and goes on when that was all', () => {
    const interruption = paused();
    interruption.words(ms(1_300), words('Thanks', { isFinal: false }));
    expect(interruption.voiceStopped(ms(1_500), ms(1_300))).toBeUndefined();
    expect(interruption.wake(ms(1_640), true)).toBeUndefined();
    expect(interruption.voiceStopped(ms(1_660), ms(1_460))).toEqual({ decision: 'resume', why: 'undecided', decidedMs: 660 });
  });

  it('waits for the final text of speech that was too long for a nod, but no longer than that may take', () => {
    const interruption = paused();
    expect(interruption.wake(ms(1_640), true)).toBeUndefined();
    expect(interruption.voiceStopped(ms(1_975), ms(1_775))).toBeUndefined();
    expect(interruption.wakeAtMs).toBe(2_275);
    expect(interruption.words(ms(2_150), words('Hold on a second.'))).toMatchObject({ decision: 'abort' });
  });

  it('goes on when the caller has stopped after that word: it may be a nod, and the final text can still stop it', () => {
    const interruption = paused();
    interruption.words(ms(1_300), words('Write', { isFinal: false }));
    expect(interruption.wake(ms(1_640), false)).toBeUndefined();
    expect(interruption.wake(ms(1_740), false)).toEqual({ decision: 'resume', why: 'undecided', decidedMs: 740 });
  });

  it('decides as soon as the words tell', () => {
    expect(paused().words(ms(1_350), words('mhm'))).toEqual({ decision: 'resume', why: 'backchannel', decidedMs: 350 });
    expect(paused().nothing(ms(1_400), 'STT_TIMEOUT')).toEqual({ decision: 'resume', why: 'STT_TIMEOUT', decidedMs: 400 });
  });
});
