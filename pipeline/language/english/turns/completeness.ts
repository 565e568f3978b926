import { completenessBy } from '../../../text/completeness.ts';
import { endsInDigits } from '../../../text/trailing-number.ts';
import { numberWords } from './digits.ts';

export const { shapeOf, goesOn, isYesNo, declines, isGoodbye, takesLeave, askedBy } = completenessBy({
  fillers: new Set(['um', 'umm', 'uh', 'uhm', 'er', 'erm', 'hmm']),
  loneFillers: new Set(['well']),
  conjunctions: new Set(['and', 'or', 'but', 'because', 'so', 'if', 'while', 'than', 'plus', 'unless', 'although', 'whether', 'until']),
  endingConjunctions: new Set(['so']),
  determiners: new Set(['a', 'an', 'the', 'my', 'your', 'our', 'their', 'his', 'its', 'some', 'every', 'another', 'these']),
  determinerEnds: new Set(['please some', 'have some', 'a m', 'like some', 'want some']),
  prepositions: new Set(['to', 'for', 'at', 'in', 'on', 'with', 'from', 'of', 'by', 'about', 'into', 'between', 'under', 'over', 'near', 'around', 'until', 'after', 'before']),
  prepositionEnds: new Set(['check in', 'checking in', 'come in', 'log in', 'hold on', 'come on', 'go on', 'drop by', 'i want to', 'love to', 'that for', 'come over', 'day after', 'day before', 'the before', 'looking around']),
  openEnds: [
    'i want', 'i need', 'i would like', "i'd like", 'i would', "i'd", 'i have', "i'm", 'i am', 'my name is', 'it is', "it's", 'there is', "there's",
    'can you', 'could you', 'can i', 'could i', 'do you', 'do i', 'would you', 'may i', 'is there', 'are there', 'tell me', 'i was', 'we are', "we're", 'we need', 'we want', "we'd like",
    'my number is', 'the number is', 'number is', 'name is', 'want to', 'like to', 'need to', 'going to', 'trying to', 'i was wondering', 'let me', 'give me', 'looking for', 'i will', "i'll", 'do you have', 'can i have', 'can i get',
  ],
  subjects: new Set(['i', 'we', 'he', 'she', 'they']),
  beforeSubject: new Set(['that']),
  addresses: { after: new Set(['address', 'live']), little: new Set(['is', 'at', 'on', 'in']) },
  notSpelt: /[ap]\.?\s?m\.?$/i,
  questionWords: new Set(['what', "what's", 'when', "when's", 'where', "where's", 'who', "who's", 'why', 'how', "how's", 'which', 'whose']),
  subjectless: new Set(['i', 'we', 'you']),
  yesNoOpeners: new Set(['is', 'are', 'do', 'does', 'did', 'can', 'could', 'will', 'would', 'should', 'shall', 'may', 'have', 'has', 'am', 'was', 'were']),
  yesNoEndings: new Set(['right']),
  or: new Set(['or']),
  requests: /\b(please (tell|say|give)|tell me)\b/i,
  yesNo: new Set(['yes', 'yeah', 'yep', 'yup', 'no', 'nope', 'nah', 'sure', 'okay', 'ok', 'correct', 'right', 'exactly', 'absolutely', 'definitely', 'certainly', 'mhm', 'indeed']),
  polite: new Set(['please', 'thanks', 'thank', 'you', 'sir', "ma'am", 'it', 'is', 'that', "that's", 'not', 'course', 'of', 'all', 'really', 'do', 'i', "don't", 'does']),
  yesPhrases: new Set(['of course', "that's right", 'that is right', "that's correct", 'that is correct', 'not really', 'not yet', 'i do', "i don't", 'go ahead', 'sounds good', 'please do', 'never mind']),
  noes: new Set(['no', 'nope', 'nah', 'never', 'not']),
  leavesIt: /^(never mind|forget it)\b/,
  greetings: /^(hello|hi|hey|hiya|good (morning|afternoon|evening|day)|greetings)( (hello|hi|there|again|everyone|good (morning|afternoon|evening)))*$/,
  goodbyes: /(^| )(bye|goodbye|good bye|bye bye|see you|see ya|have a (nice|good|great) (day|one|evening|night)|that's all|that is all|that will be all|that'll be all|(bye|goodbye) (now|then))$/,
  byes: /\b(bye|goodbye|good bye|see you|see ya)\b/,
  endsInDigits: (text) => endsInDigits(text, numberWords),
});
