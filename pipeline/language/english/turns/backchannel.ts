import { backchannelsBy } from '../../../text/backchannel.ts';

export const { isBackchannel, realWords, mayAnswer, isStopWord, isRequestWord } = backchannelsBy({
  phrases: ['i see', 'got it', 'all right', 'of course', 'sounds good', 'thank you', 'uh huh', 'mm hmm', 'mm hm', 'oh wow', 'very good', 'that is fine', "that's fine", 'makes sense', 'i understand', 'oh okay', 'go on', "that's right", 'that is right', "that's true", "that's good", "that's great", "that's nice"],
  words: new Set([
    'mhm', 'm', 'h', 'mm', 'nhm', 'mhmm', 'uhuh', 'hum', 'ha', 'mmm', 'mmhmm', 'hm', 'hmm', 'hmmm', 'uh', 'huh', 'uhhuh', 'um', 'umm', 'er', 'ah', 'aha', 'oh', 'ooh', 'okay', 'ok', 'kay', 'k', 'right', 'yeah', 'yep', 'yup', 'ya', 'yes',
    'sure', 'alright', 'great', 'good', 'nice', 'cool', 'perfect', 'fine', 'thanks', 'wow', 'lovely', 'wonderful', 'excellent', 'really', 'true', 'exactly', 'indeed',
  ]),
  answers: new Set(['yes', 'yeah', 'yep', 'yup', 'okay', 'ok', 'right', 'sure', 'mhm', 'mmhmm', 'huh', 'alright', 'fine', 'exactly', 'indeed', 'hmm']),
  stops: new Set(['stop', 'wait', 'no', 'hold', 'hang', 'excuse', 'sorry', 'hello', 'cancel', 'quiet', 'enough', 'pause', 'operator', 'shut', 'listen', 'but', 'actually', 'pardon']),
  requests: new Set([
    'what', "what's", 'when', "when's", 'where', "where's", 'who', "who's", 'why', 'how', 'which', 'is', 'are', 'do', 'does', 'can', 'could', 'will', 'would', 'may',
    'please', 'tell', 'give', 'help', 'repeat', 'again', 'never', 'not', "don't", 'moment', 'second', 'minute', 'goodbye', 'bye',
  ]),
});
