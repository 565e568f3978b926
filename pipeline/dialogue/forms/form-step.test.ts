import { describe, expect, it } from 'vitest';
import { BOOK, ROOM, Talk, formOf } from './testing/talk.ts';

const ALL = ['Mountain View', 'tomorrow', 'at three p.m.', 'one hour', 'two people'] as const;
const AT_READ_BACK = 'Mountain View on tomorrow, Monday, March 2nd at three o\'clock in the afternoon for an hour, two people. Is that right?';

describe('filling in a form', () => {
  it('asks one thing after the other, reads it back and acts on a yes', () => {
    const talk = new Talk();
    expect(talk.said).toBe('Gladly. Which room would you like?');
    expect(ALL.map((text) => talk.hears(text))).toEqual(['For which day?', 'At what time?', 'For how long?', 'For how many people?', AT_READ_BACK]);
    expect(talk.runs).toEqual([]);
    talk.hears('yes');
    expect(talk.runs).toEqual([{
      action: 'book-room', args: { place: 'Mountain View', date: '2026-03-02', time: '15:00', duration: 60, people: 2 },
      agreed: { readBack: AT_READ_BACK, answer: 'yes' },
    }]);
    expect(talk.results({ kind: 'done', values: {} })).toBe('Done: Mountain View is yours.');
    expect(talk.ending).toEqual({ kind: 'ended', outcome: 'done', followUp: 'go-on' });
  });

  it('takes all that the first sentence says', () => {
    expect(new Talk(formOf(), 'I would like to book the Library tomorrow at three p.m. for two people').said).toBe('Gladly. For how long?');
  });

  it('takes more than was asked for, in any order', () => {
    const talk = new Talk();
    expect(talk.hears('for three people, on Tuesday, for half an hour')).toBe('Which room would you like?');
    expect(talk.hears('the reading room')).toBe('At what time?');
    expect(talk.state?.values).toEqual({ people: 3, date: '2026-03-03', duration: 30, place: 'Library' });
  });

  it('"until" is a duration where it is known when it begins', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'tomorrow', 'quarter past nine');
    expect(talk.hears('until eleven')).toBe('For how many people?');
    expect(talk.state?.values).toMatchObject({ time: '09:15', duration: 105 });
  });

  it('the little words around one value are no other value', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'tomorrow', 'three p.m.', 'one hour');
    expect(talk.hears('for two hours')).toBe('Okay, two hours. For how many people?');
  });

  it('what can be chosen is told', () => {
    const talk = new Talk(formOf({ ...ROOM, slots: ROOM.slots.map((slot) => (slot.name === 'place' ? { ...slot, label: 'room' } : slot)) }));
    expect(talk.hears('What rooms do you have?')).toMatch(/^You can choose Mountain View.*Which room would you like\?$/);
  });

  it('a default is not asked for, but can be changed', () => {
    const slots = ROOM.slots.map((slot) => (slot.name === 'people' ? { ...slot, default: 2 } : slot));
    const talk = new Talk(formOf({ ...ROOM, slots }));
    talk.hears('Mountain View', 'tomorrow', 'at three p.m.', 'one hour');
    expect(talk.said).toBe(AT_READ_BACK);
    expect(talk.hears('for four people')).toContain('four people. Is that right?');
  });

  it('what is optional is asked for once, and can be left empty', () => {
    const slots = [...ROOM.slots.slice(0, 2), { name: 'note', type: 'text', prompt: 'Any wishes?', optional: true, confirm: false }];
    const form = formOf({ ...ROOM, slots, readBack: '{place} on {date}. Is that right?' }, BOOK);
    const talk = new Talk(form);
    talk.hears('Library', 'tomorrow');
    expect(talk.said).toBe('Any wishes?');
    expect(talk.hears('No, thank you')).toMatch(/^Library on tomorrow.*Is that right\?$/);
    talk.hears('yes');
    expect(talk.runs[0]?.args).toEqual({ place: 'Library', date: '2026-03-02' });
  });

  it('a dictated text may sound like a command', () => {
    const slots = [{ name: 'note', type: 'text', prompt: 'What is it about?', confirm: false }, ROOM.slots[0]];
    const talk = new Talk(formOf({ ...ROOM, slots, readBack: '{place}. Is that right?' }));
    expect(talk.hears('Can you repeat that?')).toBe('What is it about?');
    talk.hears('Cancel the booking of my brother');
    expect(talk.state?.values).toEqual({ note: 'Cancel the booking of my brother' });
    expect(talk.hears('never mind')).toContain('I leave it at that');
  });

  it('a secret is never said, and goes to the action all the same', () => {
    const slots = [ROOM.slots[0], { name: 'pin', type: 'digits', length: 4, prompt: 'Your code, please?', secret: true }];
    const talk = new Talk(formOf({ ...ROOM, slots, readBack: '{place}. Is that right?', done: 'Done with {pin}.' }));
    talk.hears('Library', 'four two seven one');
    expect(talk.said).not.toMatch(/four|4/);
    talk.hears('yes');
    expect(talk.runs[0]?.args).toEqual({ place: 'Library', pin: '4271' });
    expect(talk.results({ kind: 'done', values: {} })).not.toMatch(/4/);
  });
});

describe('a correction', () => {
  it.each([
    ['no, three people', { people: 3 }], ['actually make it Tuesday', { date: '2026-03-03' }], ['not one hour, two hours', { duration: 120 }], ['sorry, the Library', { place: 'Library' }],
    ['yes but at four', { time: '16:00' }], ['Make it half past three', { time: '15:30' }], ['no, three people on Tuesday', { people: 3, date: '2026-03-03' }],
  ])('%j at the read-back changes that and nothing else, and is read back anew', (text, changed) => {
    const talk = new Talk();
    talk.hears(...ALL, text);
    expect(talk.state?.values).toEqual({ place: 'Mountain View', date: '2026-03-02', time: '15:00', duration: 60, people: 2, ...changed });
    expect(talk.state?.question.kind).toBe('read-back');
    expect(talk.runs).toEqual([]);
  });

  it('of something earlier is heard in the middle, and the open question stays', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'tomorrow');
    expect(talk.hears('actually make it Tuesday')).toBe('Okay, Tuesday, March 3rd. At what time?');
    expect(talk.hears('no, the Library')).toMatch(/^Okay, (the )?Library\. At what time\?$/);
  });

  it('in the same breath counts, and what was said beside it stays', () => {
    const talk = new Talk();
    talk.hears('Mountain View, no, the Library', 'tomorrow', 'at nine for one hour, no wait, at ten a.m.');
    expect(talk.state?.values).toMatchObject({ place: 'Library', time: '10:00', duration: 60 });
    talk.hears('Seventeen people, no, two people.');
    expect(talk.state?.values).toMatchObject({ people: 2 });
  });

  it('with a bare number is about what was said last', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'for two people', 'tomorrow', 'at three p.m.');
    expect(talk.hears('no, at four')).toMatch(/four.*For how long\?$/);
  });

  it('may name what is wrong', () => {
    const talk = new Talk();
    talk.hears(...ALL);
    expect(talk.hears('the time is wrong')).toBe('At what time?');
    expect(talk.hears('at five')).toContain("five o'clock in the afternoon");
    expect(talk.hears('no')).toBe('What should I change?');
    expect(talk.hears('the date')).toBe('For which day?');
    expect(talk.hears('Friday')).toContain('Friday');
    expect(talk.hears('no', 'change the day to Saturday')).toContain('Saturday');
    expect(talk.hears('change the time to noon')).toContain('at noon');
  });

  it('back takes the last one away, again all of them', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'tomorrow');
    expect(talk.hears('go back')).toBe('For which day?');
    expect(talk.hears('go back')).toBe('Which room would you like?');
    expect(talk.hears('Library', 'start again')).toBe('All right, from the start. Which room would you like?');
    expect(talk.state?.values).toEqual({});
  });
});

describe('what is not understood', () => {
  it('is asked again, then in other words, then a message is offered, then the form ends', () => {
    const talk = new Talk();
    expect(['blue', 'blue', 'blue', 'blue'].map((text) => talk.hears(text))).toEqual([
      'Sorry, I did not get that. Which room would you like?',
      'Sorry, I did not get that. Mountain View, the Garden Room or the Library?',
      'I am having trouble with that. Shall I take a message instead?',
      'I am sorry, we do not get any further this way.',
    ]);
    expect(talk.ending).toMatchObject({ outcome: 'gave-up', followUp: 'take-message' });
  });

  it('after the offer of a message a yes takes one, a no asks again, and the answer itself is an answer', () => {
    const offered = (): Talk => {
      const talk = new Talk();
      talk.hears('blue', 'blue', 'blue');
      return talk;
    };
    const yes = offered();
    yes.hears('yes please');
    expect(yes.ending).toMatchObject({ followUp: 'take-message' });
    expect(offered().hears('no')).toBe('Which room would you like?');
    expect(offered().hears('Mountain View')).toBe('For which day?');
  });

  it('may be keyed in where keys make sense', () => {
    const talk = new Talk(formOf({ ...ROOM, slots: [{ name: 'number', type: 'digits', length: 6, prompt: 'Which number?' }], readBack: '{number}. Is that right?' }));
    expect(talk.hears('blue', 'blue', 'blue')).toContain('use the keys of your telephone');
    expect(talk.hears({ text: '123456', keys: true })).toContain('Is that right?');
    talk.hears({ text: '1', keys: true });
    expect(talk.runs).toHaveLength(1);
  });

  it('but heard with doubt is asked about', () => {
    const talk = new Talk();
    expect(talk.hears({ text: 'Mountain View', confidence: 0.4 })).toBe('Did you say Mountain View?');
    expect(talk.hears('no')).toBe('Which room would you like?');
    expect(talk.hears({ text: 'Library', confidence: 0.4 }, 'yes')).toBe('For which day?');
    expect(talk.hears({ text: 'tomorrow', confidence: 0.3 })).toMatch(/^Did you say tomorrow/);
    expect(talk.hears('no, Tuesday')).toBe('At what time?');
  });

  it('said twice the same way is believed, as it is read back anyway', () => {
    const talk = new Talk();
    expect(talk.hears({ text: 'Library', confidence: 0.4 }, { text: 'Library', confidence: 0.4 })).toBe('For which day?');
  });

  it('because it cannot be is told why', () => {
    const talk = new Talk();
    expect(talk.hears('Mountain View', 'yesterday')).toBe('That day is over. For which day?');
    expect(talk.hears('tomorrow', 'at ten in the evening')).toMatch(/outside our hours. At what time\?$/);
    expect(talk.hears('at nine a.m.', 'an hour', 'fifty people')).toMatch(/too many\. For how many people\?$/);
  });

  it('because it has two meanings is asked which', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'tomorrow', 'at three p.m.', 'one hour');
    expect(talk.hears('two or three people')).toBe('Two people or three people?');
    expect(talk.hears('the second one')).toContain('three people. Is that right?');
  });

  it('"I do not know" is helped', () => {
    const talk = new Talk();
    talk.hears('Mountain View', 'tomorrow', 'at three p.m.', 'one hour');
    expect(talk.hears('I am not sure')).toBe('The rooms hold up to twenty people. For how many people?');
  });

  it('because it is over today is told so, or moved to tomorrow where the form wants that', () => {
    const refusing = new Talk();
    expect(refusing.hears('Library', 'today', 'at eight in the morning')).toMatch(/passed already. At what time\?$/);
    const slots = ROOM.slots.map((slot) => (slot.name === 'time' ? { ...slot, past: 'next-day' } : slot));
    const moving = new Talk(formOf({ ...ROOM, slots }));
    expect(moving.hears('Library', 'today', 'at eight in the morning')).toBe('That is over for today, so I take tomorrow. For how long?');
    expect(moving.state?.values).toMatchObject({ date: '2026-03-02', time: '08:00' });
  });

  it('because the day that came later makes it impossible is asked for again', () => {
    const talk = new Talk();
    talk.hears('at eight in the morning', 'Library');
    expect(talk.hears('today')).toMatch(/passed already. At what time\?$/);
    expect(talk.hears('at four')).toBe('For how long?');
  });

  it('breaks a rule between two slots', () => {
    const slots = [
      { name: 'arrival', type: 'date', prompt: 'When do you arrive?' },
      { name: 'departure', type: 'date', prompt: 'And when do you leave?', constraints: [{ after: 'arrival', says: 'You cannot leave before you come.' }] },
    ];
    const talk = new Talk(formOf({ ...ROOM, slots, readBack: '{arrival} to {departure}. Is that right?' }));
    expect(talk.hears('Wednesday', 'Tuesday, March third')).toBe('You cannot leave before you come. And when do you leave?');
    expect(talk.hears('Friday')).toContain('Is that right?');
  });
});

describe('what the action says', () => {
  const atAction = (): Talk => {
    const talk = new Talk();
    talk.hears(...ALL, 'yes');
    return talk;
  };

  it('offers are choices, and have to be agreed to', () => {
    const talk = atAction();
    expect(talk.results({ kind: 'refused', code: 'taken', slot: 'time', values: {}, offers: ['15:30', '16:00'] })).toMatch(/^That is taken\. Nearest free are .* or .*\. Which would suit you\?$/);
    expect(talk.hears('the first one')).toContain('half past three');
    expect(talk.runs).toHaveLength(1);
    talk.hears('yes');
    expect(talk.runs[1]?.args).toMatchObject({ time: '15:30' });
  });

  it('another wish than the offers is one, too', () => {
    const talk = atAction();
    talk.results({ kind: 'refused', code: 'taken', slot: 'time', values: {}, offers: ['15:30', '16:00'] });
    expect(talk.hears('what about Tuesday at five')).toMatch(/Tuesday.*five/);
  });

  it('a refusal without a slot asks what to change; too many end the form', () => {
    const talk = atAction();
    for (let n = 0; n < 3; n++) {
      expect(talk.results({ kind: 'refused', code: 'no', values: {} })).toBe('I am sorry, that is not possible. What should I change?');
      talk.hears('for three people', 'yes');
    }
    talk.results({ kind: 'refused', code: 'no', values: {} });
    expect(talk.ending).toMatchObject({ outcome: 'gave-up' });
  });

  it('a failure is apologised for, and one that may have happened is not called a failure', () => {
    expect(atAction().results({ kind: 'failed', code: 'x', detail: '', mayHaveHappened: false })).toBe('I could not book it.');
    expect(atAction().results({ kind: 'failed', code: 'x', detail: '', mayHaveHappened: true })).toContain('could not find out whether');
  });

  it('while it runs nothing can be changed', () => {
    const talk = atAction();
    expect(talk.hears('cancel that')).toContain('already on its way');
    expect(talk.hears('three people')).toContain('still working on it');
    expect(talk.runs).toHaveLength(1);
  });
});
