import { SeededRandom } from '#kit/seeded-random';
import type { CallerScript, Expected, ScriptStep } from './script.ts';
import { answerOf, DURATION_MINUTES, wordingsOf } from './wordings.ts';

export interface GenerateOptions {
  readonly callers: number;
  /** The same seed, day and number make the same callers. */
  readonly seed: number;
  /** ISO 8601: the bookings lie one to eleven months after it. */
  readonly today: string;
  readonly voices: readonly string[];
}

/** Callers of the hotel's forms, each kind in turn. No two of them want the same room on the same day. */
export function generateScripts(options: GenerateOptions): CallerScript[] {
  const random = new SeededRandom(options.seed);
  const firstDay = random.whole(0, DAYS - 1);
  return Array.from({ length: options.callers }, (_, i) => {
    const kind = KINDS[i % KINDS.length] as (typeof KINDS)[number];
    const wish: Wish = {
      ...drawWish(random),
      place: PLACES[i % PLACES.length] as string,
      date: addDays(options.today, NEAREST_DAY + ((firstDay + 7 * i) % DAYS)),
    };
    return {
      name: `${String(i + 1).padStart(3, '0')}-${kind}`,
      kind,
      voice: options.voices[i % options.voices.length] as string,
      ...TEMPLATES[kind](wish, random),
    };
  });
}

type Drawn = Pick<CallerScript, 'form' | 'steps' | 'expected' | 'outcome' | 'leastTurns'>;

interface Wish {
  readonly place: string;
  readonly date: string;
  readonly time: string;
  readonly duration: number;
  readonly people: number;
}
type Slot = keyof Wish;

const TYPES: Readonly<Record<Slot, string>> = { place: 'choice', date: 'date', time: 'time', duration: 'duration', people: 'count' };
const SLOTS: readonly Slot[] = ['place', 'date', 'time', 'duration', 'people'];

const TEMPLATES = {
  'in-order': (wish, random) => booking(wish, [opening(random), ...answers(wish, random)], 7),

  'out-of-order': (wish, random) =>
    booking(
      wish,
      [
        start(
          `${random.pick(['I need a meeting room', 'I would like to book a meeting room'])} ${plain('people', wish)}, ${plain('date', wish)}.`,
        ),
        ...answers(wish, random).map((step) =>
          step.asked === 'place' ? { asked: 'place', say: `${spoken('place', wish, random)}, ${plain('duration', wish)}.` } : step,
        ),
      ],
      4,
    ),

  'all-at-once': (wish, random) =>
    booking(
      wish,
      [
        start(
          `${random.pick(['I would like to book', 'I want to reserve', 'Please book'])} the ${wish.place} ${random.next() < 0.5 ? inOneGo(wish, ['date', 'time', 'duration', 'people']) : inOneGo(wish, ['people', 'date', 'time', 'duration'])}.`,
        ),
        ...answers(wish, random),
      ],
      2,
    ),

  /** A value is changed in the next answer, or in its own sentence, or when it is read back. */
  correction: (wish, random) => {
    const other = { ...drawWish(random), place: PLACES[(PLACES.indexOf(wish.place) + 1) % PLACES.length] as string, date: wish.date };
    const way = random.pick(['later', 'at-once', 'read-back'] as const);
    const all = [opening(random), ...answers(wish, random)];
    if (way === 'later')
      return booking(
        wish,
        instead(all, 'time', [
          { asked: 'time', say: answer('time', other, random) },
          { asked: 'duration', say: `Actually, make it ${plain('time', wish)}.` },
        ]),
        8,
      );
    if (way === 'at-once')
      return booking(
        wish,
        instead(all, 'people', [{ asked: 'people', say: `${capital(bare('people', other))}, no, ${bare('people', wish)}.` }]),
        7,
      );
    return booking(
      wish,
      [
        ...instead(all, 'people', [{ asked: 'people', say: answer('people', other, random) }]),
        { asked: 'wrong', say: `No, ${bare('people', wish)}.` },
      ],
      other.people === wish.people ? 7 : 8,
    );
  },

  /** A question about something else in the middle. */
  digression: (wish, random) => {
    const at = random.pick(['date', 'time', 'duration', 'people'] as const);
    const all = [opening(random), ...answers(wish, random)];
    const own = all.filter(({ asked }) => asked === at);
    return booking(wish, instead(all, at, [{ asked: at, say: random.pick(QUESTIONS) }, ...own]), 8);
  },

  /** Hardly to be heard at first, and said again. */
  mumbled: (wish, random) => {
    const at = random.pick(['place', 'date', 'time', 'duration', 'people'] as const);
    const all = [opening(random), ...answers(wish, random)];
    const own = all.filter(({ asked }) => asked === at);
    return booking(wish, instead(all, at, [...own.map((step) => ({ ...step, mumbled: true })), ...own]), 7);
  },

  keypad: (wish, random) =>
    booking(wish, instead([opening(random), ...answers(wish, random)], 'people', [{ asked: 'people', keys: `${wish.people}#` }]), 7),

  'never-mind': (wish, random) => {
    const at = random.whole(1, SLOTS.length);
    const said = [opening(random), ...answers(wish, random)].slice(0, at + 1);
    const asked = SLOTS[at] ?? 'read-back';
    const bye = random.pick(['Never mind.', 'Forget it.', 'Never mind, thanks.']);
    return { form: BOOKING_FORM, steps: [...said, { asked, say: bye }], expected: { ...wish }, outcome: 'cancelled', leastTurns: at + 2 };
  },

  message: (_wish, random) => {
    const phone = `+1415555${String(random.whole(100, 199)).padStart(4, '0')}`;
    const expected: Expected = { name: random.pick(NAMES), phone, about: random.pick(MESSAGES) };
    const number: ScriptStep =
      random.next() < 0.5
        ? { asked: 'phone', keys: phone.slice(2) }
        : { asked: 'phone', say: `${capital(wordingsOf('phone', phone)[0] as string)}.` };
    return {
      form: 'message',
      expected,
      outcome: 'done',
      leastTurns: 5,
      steps: [
        start(random.pick(['Can I leave a message?', 'I want to leave a message.', 'Can somebody call me back?'])),
        { asked: 'name', say: `My name is ${String(expected['name'])}.` },
        number,
        { asked: 'about', say: `${String(expected['about'])}.` },
        YES,
      ],
    };
  },
} satisfies Record<string, (wish: Wish, random: SeededRandom) => Drawn>;

type Kind = keyof typeof TEMPLATES;
export const KINDS = Object.keys(TEMPLATES) as Kind[];

function booking(wish: Wish, steps: readonly ScriptStep[], leastTurns: number): Drawn {
  return { form: BOOKING_FORM, steps: [...steps, YES], expected: { ...wish }, outcome: 'done', leastTurns };
}

function drawWish(random: SeededRandom): Omit<Wish, 'place' | 'date'> {
  const minutes = random.pick([0, 30, 15, 45]);
  return {
    time: `${String(random.whole(8, 16)).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
    duration: random.pick(DURATION_MINUTES),
    people: random.whole(2, 20),
  };
}

function start(say: string): ScriptStep {
  return { asked: 'start', say };
}

function opening(random: SeededRandom): ScriptStep {
  return start(
    random.pick([
      'Book a room.',
      'I would like to book a meeting room.',
      'Can I reserve a meeting room?',
      'I need a meeting room, please.',
    ]),
  );
}

function answers(wish: Wish, random: SeededRandom): ScriptStep[] {
  return SLOTS.map((slot) => ({ asked: slot, say: answer(slot, wish, random) }));
}

/** The steps with those for one slot replaced. */
function instead(steps: readonly ScriptStep[], slot: Slot, by: readonly ScriptStep[]): ScriptStep[] {
  return steps.flatMap((step) => (step.asked === slot ? by : [step]));
}

function answer(slot: Slot, wish: Omit<Wish, 'place' | 'date'> & Partial<Wish>, random: SeededRandom): string {
  return answerOf(TYPES[slot], wish[slot] ?? '', random);
}

function plain(slot: Slot, wish: Wish): string {
  return wordingsOf(TYPES[slot], wish[slot])[0] as string;
}

function bare(slot: Slot, wish: Omit<Wish, 'place' | 'date'> & Partial<Wish>): string {
  return (wordingsOf(TYPES[slot], wish[slot] ?? '')[0] as string).replace(/^(?:at|on|for) /, '');
}

function spoken(slot: Slot, wish: Wish, random: SeededRandom): string {
  return answer(slot, wish, random).replace(/\.$/, '');
}

function inOneGo(wish: Wish, slots: readonly Slot[]): string {
  return slots.map((slot) => plain(slot, wish)).join(', ');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function addDays(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

const BOOKING_FORM = 'book-meeting-room';
const YES: ScriptStep = { asked: 'read-back', say: "Yes, that's right." };
const PLACES: readonly string[] = ['Mountain View', 'Harbor View', 'Library'];
const QUESTIONS: readonly string[] = [
  'How much is parking?',
  'What time is breakfast?',
  'Do you have Wi-Fi?',
  'When is the pool open?',
  'Are pets allowed?',
];
const NAMES: readonly string[] = ['Taylor', 'Morgan', 'Jordan', 'Robin', 'Parker'];
const MESSAGES: readonly string[] = [
  'I will arrive one day later',
  'Please call me back about the invoice',
  'The heating in my room does not work',
  'I would like to change my booking',
];
/** Far enough away for nobody to have booked by hand. */
const NEAREST_DAY = 31;
/** A prime, so that steps of a week meet every day before one comes again. */
const DAYS = 307;
