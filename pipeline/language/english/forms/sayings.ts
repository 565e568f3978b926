import type { FormSayings } from '../../form-language.ts';

export const says: FormSayings = {
  sorry: 'Sorry, I did not get that.',
  change: 'What should I change?',
  stillAtIt: 'One moment please, I am still working on it.',
  cannotStop: 'That is already on its way. One moment please.',
  offerMessage: 'I am having trouble with that. Shall I take a message instead?',
  goAhead: 'Shall I go ahead?',
  whichSuits: 'Which would suit you?',
  nextDay: 'That is over for today, so I take tomorrow.',
  fromTheStart: 'All right, from the start.',
  yesOrNo: 'Please say yes or no.',
  keysForYesAndNo: 'Say yes or no, or press one for yes and two for no.',
  keypad: 'You can also use the keys of your telephone.',
  hasAll: 'I have everything I need.',
  done: 'That is done.',
  cancelled: 'All right, I leave it at that. Is there anything else?',
  givesUp: 'I am sorry, we do not get any further this way.',
  invalid: {
    past: 'I am sorry, that has passed already.',
    'too-early': 'I am sorry, that is too early.',
    'too-late': 'I am sorry, that is too far ahead.',
    'closed-day': 'I am sorry, not on that day of the week.',
    'no-such-date': 'I am sorry, there is no such date.',
    'no-such-time': 'I am sorry, there is no such time.',
    'outside-hours': 'I am sorry, that is outside our hours.',
    'off-step': 'I am sorry, that does not fit our times.',
    'too-short': 'I am sorry, that is too short.',
    'too-long': 'I am sorry, that is too long.',
    'too-few': 'I am sorry, those are too few.',
    'too-many': 'I am sorry, those are too many.',
    'no-such-number': 'I am sorry, there is no such number.',
    incomplete: 'I am sorry, that is not complete.',
  },
  notPossible: 'I am sorry, that is not possible.',
  or: (parts) => listed(parts, 'or'),
  okay: (values) => `Okay, ${values.join(', ')}.`,
  didYouSay: (value) => `Did you say ${value}?`,
  readBack: (values) => `So that is ${listed(values, 'and')}. Is that right?`,
  needs: (labels) =>
    `I need ${listed(
      labels.map((label) => (LED.test(label) ? label : `the ${label}`)),
      'and',
    )}.`,
  canChoose: (values) => `You can choose ${listed(values, 'or')}.`,
};

function listed(parts: readonly string[], joiner: string): string {
  if (parts.length < 3) return parts.join(` ${joiner} `);
  return `${parts.slice(0, -1).join(', ')} ${joiner} ${parts.at(-1)}`;
}

/** Labels that need no article. */
const LED = /^(the|your|an?|how|what|which) /i;
