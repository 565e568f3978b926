import { describe, expect, it } from 'vitest';
import { History } from './history.ts';

describe('what the language model is told of the call', () => {
  it('is the prompt, the exchanges as heard, and the question', () => {
    const history = new History(10);
    history.add({ caller: '', bot: 'Hello!' });
    history.add({ caller: 'Is there a pool?', bot: 'Yes, on the' });
    expect(history.messages('Be brief.', 'And parking?')).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Is there a pool?' },
      { role: 'assistant', content: 'Yes, on the' },
      { role: 'user', content: 'And parking?' },
    ]);
  });

  it('is never more than the last exchanges', () => {
    const history = new History(2);
    for (const n of [1, 2, 3]) history.add({ caller: `q${n}`, bot: `a${n}` });
    expect(history.exchanges.map(({ caller }) => caller)).toEqual(['q2', 'q3']);
  });

  it('keeps the roles in turn when an answer was not heard at all', () => {
    const history = new History(5);
    history.add({ caller: 'Wait', bot: '' });
    expect(history.messages('', 'Is there a pool?')).toEqual([{ role: 'user', content: 'Wait\nIs there a pool?' }]);
  });

  it('has the facts beside the question, so that the prompt before it never changes', () => {
    const [message] = new History(5).messages('', 'Is there a pool?', ['The pool is on the roof.']);
    expect(message?.content).toContain('- The pool is on the roof.');
    expect(message?.content.endsWith('Is there a pool?')).toBe(true);
  });

  it('can take an exchange back', () => {
    const history = new History(5);
    history.add({ caller: 'book a room', bot: 'We' });
    history.takeBack();
    expect(history.exchanges).toEqual([]);
  });
});
