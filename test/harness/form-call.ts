import { expect } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer, type Saying } from './call-harness.ts';

export const PARKING = 'Parking is behind the house.';

/** Thursday, the first of January 2026, at midnight; the rooms open at eight. */
const persona = {
  timeZone: 'UTC',
  takeMessage: { ask: 'What is your message?', thanks: 'Noted.' },
  forms: [
    {
      id: 'room',
      asked: ['book a room'],
      intro: 'Gladly.',
      slots: [
        {
          name: 'place',
          type: 'choice',
          choices: ['Mountain View', 'Library'],
          prompt: 'Which room?',
          again: 'The Mountain View or the Library?',
        },
        { name: 'date', type: 'date', from: 'today', prompt: 'For which day?' },
        { name: 'time', type: 'time', hours: { from: '08:00', to: '20:00' }, date: 'date', prompt: 'At what time?' },
        { name: 'duration', type: 'duration', prompt: 'For how long?' },
        { name: 'people', type: 'count', max: 20, prompt: 'For how many people?' },
      ],
      readBack: '{place}, {date} at {time}, for {duration}, for {people}. Is that right?',
      complete: 'book-room',
      done: 'It is booked. Your number is {reference}.',
      refused: { taken: 'That is taken. Nearest free are {offers}.' },
      failed: 'I could not book it.',
    },
    {
      id: 'callback',
      asked: ['call me back'],
      slots: [
        { name: 'phone', type: 'phone', prompt: 'On what number?', again: 'Which number can we call?' },
        { name: 'about', type: 'text', prompt: 'What is it about?', confirm: false },
      ],
      readBack: 'We call {phone}. Is that right?',
      complete: 'pass-on',
      done: 'Passed on.',
    },
  ],
  actions: [
    { name: 'book-room', kind: 'module', file: 'actions/room.ts', otherwise: 'take-message' },
    { name: 'pass-on', kind: 'take-message', text: '{phone}: {about}' },
  ],
};

/** The call of the test that runs; set by `begin`. */
export let call: CallHarness;
/** The bot's last words after each sentence. */
export let lines: string[];

/** Answered, greeted, and 3 s old. */
export async function begin(): Promise<void> {
  call = new CallHarness({
    persona,
    phrases: ({ fault, greeting, forms }) => [fault, greeting, ...forms.flatMap(({ slots }) => slots.map(({ prompt }) => prompt))],
  }).start();
  lines = [];
  call.knowledge.answers = [
    [/book a room/i, { ...answer('room', ''), action: 'start-form' }],
    [/call me back/i, { ...answer('callback', ''), action: 'start-form' }],
    [/parking/i, answer('parking', PARKING)],
    [/person/i, answer('person', 'Nobody is here.', 'take-message')],
  ];
  await call.runUntil(ms(3_000));
}

/** No turn is left open, and nothing of an aborted one was heard. */
export async function finish(): Promise<void> {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
  expect(call.all('turn-closed').map(({ turnId }) => turnId)).toEqual(call.all('turn-opened').map(({ turnId }) => turnId));
}

/** The caller says one sentence after the other, each when the bot has finished; returns the bot's last words. */
export async function says(...sentences: readonly (string | (Partial<Saying> & { readonly text: string }))[]): Promise<string> {
  for (const sentence of sentences) {
    const { text, ...how } = typeof sentence === 'string' ? { text: sentence } : sentence;
    const turns = call.all('turn-closed').length;
    call.callerSays(text, { atMs: ms(call.clock.nowMs() + 300), ...how });
    await quiet(turns);
    lines.push(call.all('turn-closed').at(-1)?.heardText ?? '');
  }
  return lines.at(-1) ?? '';
}

export async function quiet(turnsBefore: number, mostMs = 20_000): Promise<void> {
  const untilMs = call.clock.nowMs() + mostMs;
  while (call.clock.nowMs() < untilMs && (call.all('turn-closed').length <= turnsBefore || call.leg.isBotSpeaking))
    await call.runUntil(ms(call.clock.nowMs() + 100));
}

export const BOOKING = ['book a room', 'Mountain View', 'today', '2:30 p.m.', 'half an hour', 'two people'] as const;
export const READ_BACK = /^Mountain View, today.* at half past two in the afternoon, for half an hour, for two people\. Is that right\?$/;
