import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { turns } from '../language/english/turns/english.ts';
import { pipelineOptions } from '../options.ts';
import { judgePause, type PauseEvidence } from './turn-end.ts';

const options = pipelineOptions.parse({}).turn;

function judge(text: string, more: Partial<PauseEvidence> = {}) {
  return judgePause({ text, speechMs: ms(1_500), votes: [], asked: 'nothing', ...more }, options, turns);
}

describe('when a pause ends the turn', () => {
  it.each(['yes', 'hello', 'goodbye'])('at once after "%s", whatever Smart Turn says', (text) => {
    expect(judge(text, { votes: [0.01] }).endAtSilenceMs).toBe(0);
  });

  it.each([
    [[], { rule: 'question', endAtSilenceMs: 0, awaitsVote: true }],
    [[0.13], { rule: 'question', endAtSilenceMs: 0, awaitsVote: false }],
    [[0.98], { rule: 'question', endAtSilenceMs: 0 }],
    [[0.0064], { rule: 'doubted-question', endAtSilenceMs: 650, votesMatter: true }],
    [[0.0064, 0.02], { rule: 'doubted-question', endAtSilenceMs: 650 }],
    [[0.0064, 0.7], { rule: 'question', endAtSilenceMs: 0 }],
  ])('at once after a question unless Smart Turn is sure of more: votes %j', (votes, verdict) => {
    expect(judge('Is there somewhere?', { votes })).toMatchObject(verdict);
  });

  it('a little later after what people begin with when they have interrupted, but not after an answer', () => {
    expect(judge('Excuse me.', { isLeadIn: true, votes: [0.98] })).toMatchObject({ rule: 'lead-in', endAtSilenceMs: 700 });
    expect(judge('Hello?', { isLeadIn: true })).toMatchObject({ rule: 'lead-in' });
    expect(judge('No.', { isLeadIn: true, asked: 'yes-no' })).toMatchObject({ rule: 'yes-no', endAtSilenceMs: 0 });
  });

  it('at once after a short answer to what was asked, soon after a short phrase', () => {
    expect(judge('two people', { asked: 'open', votes: [0.03] })).toMatchObject({ rule: 'short-answer', endAtSilenceMs: 0 });
    expect(judge('two people', { votes: [0.03] })).toMatchObject({ rule: 'short-phrase', endAtSilenceMs: options.shortPhraseMs });
  });

  it('soon after a short answer that recognition lets trail off, by the probability after a longer text', () => {
    expect(judge('Today...', { asked: 'open', votes: [0.02] })).toMatchObject({ endAtSilenceMs: options.shortPhraseMs });
    expect(judge('I was thinking...', { asked: 'open', votes: [0.02] })).toMatchObject({ rule: 'improbable' });
  });

  it('late inside digits and unfinished words, whatever Smart Turn says', () => {
    expect(judge('nine oh two one oh', { votes: [0.98], asked: 'open' })).toMatchObject({ rule: 'digits', endAtSilenceMs: 2_000 });
    expect(judge('I would like a room and', { votes: [0.98], asked: 'open' })).toMatchObject({ rule: 'unfinished', endAtSilenceMs: 1_400 });
  });

  it('a little later in a long turn', () => {
    expect(judge('I came here last year with my two brothers', { speechMs: ms(4_000), votes: [0.99] })).toMatchObject({
      rule: 'long-statement',
      endAtSilenceMs: 500,
    });
  });

  it('by the probability otherwise: sure at once, in between with a second vote, unsure late', () => {
    const text = 'I came here last year with my brother';
    expect(judge(text, { votes: [0.9] })).toMatchObject({ rule: 'probable', endAtSilenceMs: 0 });
    expect(judge(text, { votes: [0.7] })).toMatchObject({ rule: 'improbable', endAtSilenceMs: 800, votesMatter: true });
    expect(judge(text, { votes: [0.7, 0.7] })).toMatchObject({ rule: 'probable', endAtSilenceMs: 0 });
    expect(judge(text, { votes: [0.1] })).toMatchObject({ endAtSilenceMs: 1_100, votesMatter: true });
    expect(judge(text)).toMatchObject({ rule: 'undecided', endAtSilenceMs: 1_100 });
  });

  it('with the time that dictating needs, but not after a "no"', () => {
    expect(judge('Please tell her that I called.', { asked: 'message', votes: [0.99] })).toMatchObject({
      rule: 'message',
      endAtSilenceMs: 1_600,
    });
    expect(judge('no thank you', { asked: 'message' })).toMatchObject({ rule: 'yes-no', endAtSilenceMs: 0 });
  });

  it('never later than the hard cap', () => {
    expect(
      judgePause(
        { text: 'one two three', speechMs: ms(900), votes: [], asked: 'open' },
        { ...options, digitsMs: 5_000, hardCapMs: 2_500 },
        turns,
      ).endAtSilenceMs,
    ).toBe(2_500);
  });
});
