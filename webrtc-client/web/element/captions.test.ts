import { describe, expect, it } from 'vitest';
import type { ServerMessage } from '../signalling.ts';
import { Captions } from './captions.ts';
import { ENGLISH, endingText, wordsOf } from './words.ts';

function linesOf(...messages: readonly ServerMessage[]): readonly string[] {
  const captions = new Captions();
  for (const message of messages) captions.apply(message);
  return captions.lines.map((line) => `${line.who}${line.isPartial ? '?' : ''}${line.isInterrupted ? '!' : ''}: ${line.text}`);
}

const partial = (text: string): ServerMessage => ({ kind: 'caller-partial', atMs: 1, text });
const final = (text: string): ServerMessage => ({ kind: 'caller-final', atMs: 2, text, confidence: 1 });
const heard = (turnId: number, text: string): ServerMessage => ({ kind: 'bot-heard', atMs: 3, turnId, text });
const closed = (turnId: number, outcome: 'completed' | 'interrupted'): ServerMessage => ({
  kind: 'turn-closed',
  atMs: 4,
  turnId,
  source: 'model',
  outcome,
  callerText: '',
  botText: '',
  heardText: '',
  stages: {},
});

describe('captions', () => {
  it('turn partial words into final ones in their place', () => {
    expect(linesOf(partial('what'), partial('what are your'))).toEqual(['caller?: what are your']);
    expect(linesOf(partial('what'), final('What are your hours?'), partial('and'))).toEqual([
      'caller: What are your hours?',
      'caller?: and',
    ]);
  });

  it('fill as the bot is heard, also while the caller begins to speak', () => {
    expect(linesOf(heard(1, 'We open'), partial('but'), heard(1, 'at nine'), heard(1, '.'), closed(1, 'interrupted'))).toEqual([
      'bot!: We open at nine.',
      'caller?: but',
    ]);
    expect(linesOf(heard(1, 'Hello. '), closed(1, 'completed'), heard(2, 'Yes?'))).toEqual(['bot: Hello. ', 'bot: Yes?']);
  });

  it('drop words that recognition took back', () => {
    expect(linesOf(partial('uh'), final(' '))).toEqual([]);
  });

  it('are bounded', () => {
    const many = Array.from({ length: 500 }, (_, index) => heard(index, `line ${index}`));
    expect(linesOf(...many)).toHaveLength(100);
    expect(linesOf(...Array.from({ length: 100 }, () => heard(1, 'x'.repeat(500))))[0]?.length).toBeLessThan(8_100);
  });
});

describe('words', () => {
  it('can be replaced in part', () => {
    const words = wordsOf({ call: 'Anrufen', states: { listening: 'Hört zu' } });
    expect([words.call, words.hangUp, words.states.listening, words.states.thinking]).toEqual([
      'Anrufen',
      'Hang up',
      'Hört zu',
      'Thinking',
    ]);
  });

  it('know how a call ended', () => {
    expect(endingText(ENGLISH, 'bot/goodbye')).toBe('The bot said goodbye');
    expect(endingText(ENGLISH, 'toString')).toBe('Call ended');
  });
});
