import { describe, expect, it } from 'vitest';
import { asksToWait, isLeadIn } from './attention.ts';

describe('a caller who wants no answer', () => {
  it.each([
    'Hold on a second.',
    'hold on',
    'Wait.',
    'One moment, please.',
    'Just a second',
    'Okay, hang on a minute',
    'Wait, wait',
    'Let me think.',
    'Sorry, one moment',
  ])('"%s" asks for time', (text) => {
    expect(asksToWait(text)).toBe('hold');
  });

  it.each(['Stop.', 'stop, please', 'Okay, stop', 'Stop, stop, stop', "That's enough, thank you", 'Be quiet.'])(
    '"%s" asks for quiet',
    (text) => {
      expect(asksToWait(text)).toBe('stop');
    },
  );

  it.each([
    '',
    'Okay.',
    'Thanks',
    'Wait, what about parking?',
    'Stop the car',
    'Hold on, is there a pool?',
    'Where is the bus stop?',
    'Can you wait a moment for me?',
    'No.',
    'Sorry, I meant the check-in',
    'How long do I have to wait?',
  ])('"%s" asks for neither', (text) => {
    expect(asksToWait(text)).toBeUndefined();
  });
});

describe('what people begin with when they have interrupted', () => {
  it.each(['Excuse me.', 'Hello?', 'Sorry', 'Wait.', 'Actually,', 'Thanks', 'Okay, thank you', 'No, no', 'Stop.', 'Hold on'])(
    '"%s" is only the beginning',
    (text) => {
      expect(isLeadIn(text)).toBe(true);
    },
  );

  it.each([
    '',
    'Excuse me, do you have a pool?',
    'parking',
    'Thanks, bye',
    'Sorry, I meant the check-in',
    'Actually I would like to change rooms',
  ])('"%s" is not', (text) => {
    expect(isLeadIn(text)).toBe(false);
  });
});
