import { NOTHING, type Language } from '#pipeline/language';
import { forms } from './forms.ts';
import { sayDigits } from './numbers.ts';
import { slots } from './slots.ts';
import { turns } from './turns.ts';

/** A language of made-up words, as small as one can be that has a whole call: each of them begins with a q. */
export const toy: Language = {
  turns,
  slots,
  forms,
  speech: {
    say: (text) => text.replace(/\d+/g, sayDigits),
    markup: { star: 'qstar', month: NOTHING },
    breaks: { dotAfter: () => 'ends', month: NOTHING, belongsToTime: NOTHING, sentenceOpeners: NOTHING, innerCapital: NOTHING },
    charsPerSecond: 15,
  },
  knowledge: {
    fillers: /\bquh\b/g,
    openings: /^qelo /,
    joined: (lowerText) => lowerText,
    stopWords: new Set(['qle', 'qet']),
    stem: (word) => word,
    weightyWords: new Set(['qoi']),
    offTopic: ['qnul qnul'],
    twoQuestions: (text) => /^(.+) qet (.+)$/.exec(text)?.slice(1) as [string, string] | undefined,
    either: (one, other) => `${one} qau ${other}`,
    askWhich: (one, other) => `Quo, ${one} qau ${other}?`,
    placeIn: () => undefined,
  },
  lines: {
    unsure: 'Qar qnes.',
    unsureNear: 'Qar qnes {topics}.',
    offerMessage: 'Qest qnom?',
    otherWords: { unsure: [], notHeard: [], holding: [], stopped: [], fault: [] },
    notHeard: 'Qar qaud.',
    holding: 'Qok qait.',
    stopped: 'Qok.',
    stillThere: ['Qest qib?', 'Qar qib?'],
    silentGoodbye: 'Qtac qabo.',
    goodbye: 'Qgra qabo.',
    fault: 'Qar qmal.',
    shutdown: 'Qfin qabo.',
    takeMessage: { ask: 'Qnom qip.', thanks: 'Qgra qnot.' },
    actions: { running: 'Qmom qip.', refusedOtherwise: 'Qar qnon.', failed: 'Qar qfal.', uncertain: 'Qar qdub.' },
  },
};
