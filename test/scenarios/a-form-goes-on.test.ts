import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { PARKING, begin, call, finish, lines, quiet, says } from '../harness/form-call.ts';

beforeEach(begin);
afterEach(finish);

describe('a sentence that says most of it', () => {
  it('begins the form although its meaning is near to something else, too', async () => {
    call.knowledge.answers = [
      [/library/i, { kind: 'ask-which', entryIds: ['room', 'parking'], question: 'Do you mean a room or parking?', score: 0.6 }],
    ];
    expect(await says('I would like to book the library for four people tomorrow at two pm for three hours')).toMatch(
      /Library.*Is that right\?$/,
    );
  });

  it('is asked about where it says too little, or where the form is not in question', async () => {
    call.knowledge.answers = [
      [/library/i, { kind: 'ask-which', entryIds: ['room', 'parking'], question: 'Do you mean a room or parking?', score: 0.6 }],
    ];
    expect(await says('the library please')).toBe('Do you mean a room or parking?');
    call.knowledge.answers = [
      [/library/i, { kind: 'ask-which', entryIds: ['callback', 'parking'], question: 'Do you mean a call or parking?', score: 0.6 }],
    ];
    expect(await says('the library for four people tomorrow at two pm')).toBe('Do you mean a call or parking?');
  });
});

describe('what is expected', () => {
  it('reaches recognition as hot words and as the question before, and is forgotten with the form', async () => {
    await says('book a room');
    expect(call.stt.hotwords.at(-1)).toBe('Mountain View Library');
    expect(call.stt.prompts.at(-1)).toBe('Which room?');
    await says('library tomorrow at nine for an hour for two people');
    expect(call.stt.prompts.at(-1)).toBe('');
    await says('never mind');
    expect(call.stt.hotwords.at(-1)).toBe('');
    expect(call.stt.prompts.at(-1)).toBe('');
  });

  it('a telephone number is waited for group by group, and may be keyed', async () => {
    await says('call me back');
    const turns = call.all('turn-closed').length;
    const endMs = call.callerSays('four one five', { atMs: ms(call.clock.nowMs() + 300) });
    const lastMs: Ms = call.callerSays('five five five two six seven one', { atMs: ms(endMs + 1_300) });
    await quiet(turns);
    expect(call.answers.at(-1)?.callerText).toBe('four one five five five five two six seven one');
    expect(call.leg.firstSoundAfter(lastMs)).toBeDefined();
    expect(lines.at(-1)).toBe('On what number?');
    await call.finish();
  });

  it('digits that are pressed answer the question', async () => {
    await says('call me back');
    const turns = call.all('turn-closed').length;
    call.callerPresses('4155552671#', ms(call.clock.nowMs() + 500));
    await quiet(turns);
    expect(call.all('turn-closed').at(-1)?.heardText).toBe('What is it about?');
  });
});

describe('a caller in a form', () => {
  it('who says nothing is asked whether they are there, and hears the question again', async () => {
    await says('book a room');
    await call.runUntil(ms(call.clock.nowMs() + 13_000));
    expect(call.all('turn-closed').at(-1)?.heardText).toBe('Are you still there? Which room?');
    expect(await says('Library')).toBe('For which day?');
  });

  it('who asks for a moment is given it, and the question stays', async () => {
    await says('book a room', 'hold on a second');
    expect(lines.at(-1)).toBe('Sure, take your time.');
    expect(await says('Library')).toBe('For which day?');
  });

  it('who wants a person is heard, and the form is over', async () => {
    await says('book a room', 'I want to talk to a person');
    expect(lines.at(-1)).toBe('Nobody is here. What is your message?');
    await says('Tell them I called');
    expect(call.all('message-taken')).toHaveLength(1);
    expect(await says('Is there parking?')).toBe(PARKING);
  });

  it('who says goodbye goes', async () => {
    await says('book a room', 'Mountain View');
    call.callerSays('Thanks, bye', { atMs: ms(call.clock.nowMs() + 300) });
    await call.runUntil(ms(call.clock.nowMs() + 10_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
  });

  it('answers before the question is over, and is understood', async () => {
    await says('book a room');
    const atMs = call.clock.nowMs() + 300;
    const endMs = call.callerSays('Mountain View', { atMs: ms(atMs) });
    call.callerSays('tomorrow at nine in the morning', { atMs: ms(endMs + 1_000) });
    await quiet(call.all('turn-closed').length);
    await quiet(call.all('turn-closed').length, 6_000);
    expect(call.all('turn-closed').at(-1)?.heardText).toBe('For how long?');
  });

  it('who goes on after a short pause has said one thing', async () => {
    await says('book a room', 'Mountain View');
    const endMs = call.callerSays('today', { atMs: ms(call.clock.nowMs() + 300) });
    call.callerSays('at three p.m.', { atMs: ms(endMs + 300) });
    await quiet(call.all('turn-closed').length);
    await quiet(call.all('turn-closed').length, 6_000);
    expect(call.all('turn-closed').at(-1)?.heardText).toBe('For how long?');
  });

  it('is served where the knowledge cannot be asked', async () => {
    await says('book a room', 'Mountain View');
    call.knowledge.behaves = 'dead';
    expect(await says('blurb blurb')).toBe('Sorry, I did not get that. For which day?');
    expect(await says('today')).toBe('At what time?');
  });

  it('whose recognition fails once is asked again, and the form is where it was', async () => {
    await says('book a room', 'Mountain View');
    call.stt.behaves = 'silent';
    const turns = call.all('turn-closed').length;
    call.callerSays('today', { atMs: ms(call.clock.nowMs() + 300) });
    await quiet(turns);
    call.stt.behaves = 'none';
    expect(call.all('turn-closed').at(-1)?.source).toBe('fault');
    expect(await says('today')).toBe('At what time?');
  });
});
