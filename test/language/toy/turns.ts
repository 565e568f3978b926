import { attentionBy, backchannelsBy, completenessBy, endsInDigits, NOTHING, type TurnLanguage } from '#pipeline/language';
import { DIGITS } from './numbers.ts';

const none: ReadonlySet<string> = new Set();

export const turns: TurnLanguage = {
  ...completenessBy({
    fillers: new Set(['quh']),
    loneFillers: none,
    conjunctions: new Set(['qet']),
    endingConjunctions: none,
    determiners: new Set(['qle']),
    determinerEnds: none,
    prepositions: new Set(['qad']),
    prepositionEnds: none,
    openEnds: ['qeg qol'],
    subjects: none,
    beforeSubject: none,
    addresses: { after: none, little: none },
    notSpelt: NOTHING,
    questionWords: new Set(['quo', 'quan']),
    subjectless: none,
    yesNoOpeners: new Set(['qest']),
    yesNoEndings: none,
    or: new Set(['qau']),
    requests: NOTHING,
    yesNo: new Set(['qai', 'qoi']),
    polite: new Set(['qip']),
    yesPhrases: none,
    noes: new Set(['qoi']),
    leavesIt: NOTHING,
    greetings: /^qelo$/,
    goodbyes: /(^| )qabo$/,
    byes: /qabo/,
    endsInDigits: (text) =>
      endsInDigits(text, { single: new Set(DIGITS), compound: none, countedBefore: none, numberNames: none, timeOrPrice: NOTHING }),
  }),
  ...backchannelsBy({
    phrases: [],
    words: new Set(['qum']),
    answers: none,
    stops: new Set(['qast']),
    requests: new Set(['quo']),
  }),
  ...attentionBy({
    holds: ['qait'],
    stops: ['qast'],
    polite: ['qip'],
    leadIns: ['qelo'],
    agains: ['quoq'],
    slowers: ['qlen'],
    asking: [],
    goOns: ['qperg'],
  }),
  withDigits: (words) =>
    words.flatMap((word) => (DIGITS.includes(word) ? [`${DIGITS.indexOf(word)}`] : /^\d+$/.test(word) ? [...word] : [word])),
  soundsLikeDigit: {},
  noNames: none,
};
